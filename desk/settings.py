"""The user's settings: typed, with defaults, kept in one small JSON file. Nothing personal."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desk import paths

Language = Literal["zh", "en"]
Theme = Literal["light", "dark", "contrast"]
SCALES = (1.0, 1.25, 1.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose. An unknown or damaged value reads as its default."""

    language: Language = "zh"
    theme: Theme = "light"
    scale: float = 1.0
    font_folder: str = ""
    vault: str = ""
    backup_folder: str = ""
    """Where a copy of each backup goes, such as a share or a stick; empty for nowhere."""
    drop_folder: str = ""
    """Where head office takes in what branches drop; empty for nowhere."""


_OFFERED: dict[str, tuple[object, ...]] = {
    "language": ("zh", "en"),
    "theme": ("light", "dark", "contrast"),
    "scale": SCALES,
}


def load(path: Path | None = None) -> Settings:
    """The settings stored at `path` (the user's own when None); defaults where there are none."""
    source = path or paths.settings_file()
    try:
        found = json.loads(source.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Settings()
    if not isinstance(found, dict):
        return Settings()
    names = {field.name for field in dataclasses.fields(Settings)}
    return Settings(**{k: v for k, v in found.items() if k in names and _fits(k, v)})


def _fits(name: str, value: object) -> bool:
    if name in _OFFERED:
        return not isinstance(value, bool) and value in _OFFERED[name]
    return isinstance(value, str)


def save(settings: Settings, path: Path | None = None) -> None:
    """Store settings whole: a reader never finds half a file. Raises OSError."""
    target = path or paths.settings_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    text = json.dumps(dataclasses.asdict(settings), ensure_ascii=False, indent=2)
    draft.write_text(text + "\n", encoding="utf-8")
    os.replace(draft, target)  # noqa: PTH105 - one atomic call, same folder
