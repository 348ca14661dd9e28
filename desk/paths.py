"""Where shipped files and the user's files are: the only module that looks at `__file__`."""

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_data"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent

RESOURCES = _ROOT / "resources"
FONTS = RESOURCES / "fonts"
ICONS = RESOURCES / "icons"
STYLES = RESOURCES / "styles"
LOCALE = RESOURCES / "locale"
PACKS = RESOURCES / "packs"
LICENCES = RESOURCES / "licences"
DB = _ROOT / "db"
MIGRATIONS = DB / "migrations"
SEEDS = DB / "seeds"


def user_data() -> Path:
    """Folder of this user's vault, settings and logs, not created here; `DESK_HOME` overrides."""
    override = os.environ.get("DESK_HOME")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            / "ComplaintDesk"
        )
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "complaint-desk"


def vault_file() -> Path:
    """The vault this user opens when no other is named."""
    return user_data() / "branch.vault"


def packs_folder() -> Path:
    """Where this user's own versions of content packs are, beside the shipped ones."""
    return user_data() / "packs"


def settings_file() -> Path:
    """The user's settings."""
    return user_data() / "settings.json"


def log_folder() -> Path:
    """Where logs are written."""
    return user_data() / "logs"
