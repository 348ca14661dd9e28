"""Collect the licence texts of every locked run-time dependency into `resources/licences/`.

`.venv/bin/python packaging/licences.py` rewrites them; with `--check` it exits 1 when a dependency
of `requirements.lock` has no text there. Fonts and icons carry theirs by hand.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging/requirements.lock"
TARGET = ROOT / "resources/licences"
BUILD_ONLY = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"}
NAMES = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)


def locked() -> list[str]:
    """Names of the run-time dependencies, as locked."""
    found = re.findall(r"^([a-z0-9-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted(set(found) - BUILD_ONLY)


def texts(name: str) -> list[str]:
    """The licence files that an installed distribution carries."""
    found = []
    for file in metadata.files(name) or []:
        if NAMES.search(file.name) and file.suffix not in {".py", ".pyc", ".json"}:
            path = Path(str(file.locate()))
            if path.is_file():
                found.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return list(dict.fromkeys(found))


def stated(name: str) -> str:
    """What a distribution says of its licence where it carries no text."""
    about = metadata.metadata(name)
    words = next(iter(about.get_all("License-Expression") or about.get_all("License") or []), "")
    classes = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    home = next(iter(about.get_all("Home-page") or []), "")
    return "\n".join(line for line in (words, *classes, home) if line)


def main(arguments: list[str]) -> int:
    """Write the texts, or check that each is there."""
    missing = []
    for name in locked():
        target = TARGET / f"{name}.txt"
        if "--check" in arguments:
            if not target.exists():
                missing.append(name)
            continue
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:  # locked for another system
            continue
        body = "\n\n".join(texts(name)) or stated(name)
        target.write_text(f"{name} {version}\n\n{body}\n", encoding="utf-8")
    for name in missing:
        print(f"no licence text for {name}: run packaging/licences.py")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
