"""Content packs: read, validate and freeze the data under `resources/packs/`."""
