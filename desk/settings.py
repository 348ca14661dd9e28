"""The user's settings: typed, with defaults, kept in one small JSON file. Nothing personal."""

import json
import os
from pathlib import Path
from typing import Literal

import msgspec

from desk import paths

Language = Literal["zh", "en"]
Theme = Literal["light", "dark", "contrast"]
SCALES = (1.0, 1.25, 1.5)


class Settings(msgspec.Struct, frozen=True):
    """What a user may choose. An unknown or damaged file reads as the defaults."""

    language: Language = "zh"
    theme: Theme = "light"
    scale: float = 1.0
    font_folder: str = ""
    vault: str = ""


def load(path: Path | None = None) -> Settings:
    """The settings stored at `path` (the user's own when None); defaults when there are none."""
    source = path or paths.settings_file()
    try:
        found = msgspec.json.decode(source.read_bytes(), type=Settings)
    except (OSError, msgspec.MsgspecError):
        return Settings()
    return found if found.scale in SCALES else msgspec.structs.replace(found, scale=1.0)


def save(settings: Settings, path: Path | None = None) -> None:
    """Store settings whole: a reader never finds half a file. Raises OSError."""
    target = path or paths.settings_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    text = json.dumps(msgspec.to_builtins(settings), ensure_ascii=False, indent=2)
    draft.write_text(text + "\n", encoding="utf-8")
    os.replace(draft, target)  # noqa: PTH105 - one atomic call, same folder
