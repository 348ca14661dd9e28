"""Say what is shipped: a CycloneDX 1.6 bill of materials, and whether anything of it is known bad.

`.venv/bin/python packaging/sbom.py --out FILE` lists every locked run-time dependency with its
hashes and licence, the fonts, the icons and the content packs. With `--audit` the OSV database is
asked about the versions; where it does not answer, the report says that it was not asked.
"""

import argparse
import hashlib
import importlib
import json
import re
import sys
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from desk import __version__

licences: Any = importlib.import_module("licences")  # beside this file

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"
LOCKED = re.compile(
    r"^([a-z0-9-]+)==([^\s\\;]+)(?: *;[^\n\\]*)?((?:[ \\]+\n? *--hash=sha256:[0-9a-f]{64})*)", re.M
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
FILES = {"fonts": "SIL Open Font License", "icons": "icons", "packs": "content pack"}
OSV = "https://api.osv.dev/v1/querybatch"
PATIENCE_S = 20
_MOST_WORDS = 200

Component = dict[str, Any]
Ask = Callable[[bytes], bytes]


def libraries() -> Iterator[Component]:
    """Every run-time dependency that is locked, with all hashes it may be installed by."""
    for name, version, hashes in LOCKED.findall(licences.LOCK.read_text(encoding="utf-8")):
        if name in licences.BUILD_ONLY:
            continue
        purl = f"pkg:pypi/{name}@{version}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "licenses": [{"license": {"name": licence(name)}}],
            "properties": [
                {"name": "desk:locked-sha256", "value": found} for found in HASH.findall(hashes)
            ],
        }


def licence(name: str) -> str:
    """A licence in a few words; its full text is in `resources/licences`."""
    try:
        words = licences.stated(name).splitlines()
    except metadata.PackageNotFoundError:  # locked for another system
        words = []
    first: str = words[0].strip() if words else ""
    return first[:_MOST_WORDS] or f"see resources/licences/{name}.txt"


def files() -> Iterator[Component]:
    """Every file of fonts, icons and packs, with its hash."""
    for folder, words in FILES.items():
        for path in sorted((RESOURCES / folder).rglob("*")):
            if path.is_file():
                name = path.relative_to(ROOT).as_posix()
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                yield {
                    "type": "file",
                    "bom-ref": name,
                    "name": name,
                    "description": words,
                    "hashes": [{"alg": "SHA-256", "content": digest}],
                }


def bill() -> dict[str, Any]:
    """The bill of materials; the same content gives the same document."""
    components = [*libraries(), *files()]
    content = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, __version__ + content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "complaint-desk",
                "name": "complaint-desk",
                "version": __version__,
            }
        },
        "components": components,
        "dependencies": [
            {"ref": "complaint-desk", "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }


def ask_osv(question: bytes) -> bytes:
    """What the database of known faults answers. Raises OSError."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(OSV, question, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - https
        found: bytes = answer.read()
    return found


def audit(ask: Ask = ask_osv) -> tuple[list[str], int]:
    """A report in lines; 0 when nothing is known, 1 for known faults, 3 when nobody answered."""
    asked = [(one["purl"], one["name"], one["version"]) for one in libraries()]
    queries = [{"package": {"purl": purl}} for purl, _name, _version in asked]
    try:
        results = json.loads(ask(json.dumps({"queries": queries}).encode()))["results"]
        known = [[fault["id"] for fault in one.get("vulns", [])] for one in results]
        pairs = list(zip(asked, known, strict=True))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        return [f"NOT AUDITED: {OSV} gave no usable answer ({type(fault).__name__})."], 3
    lines = [
        f"{name} {version}: {', '.join(found)}" for (_purl, name, version), found in pairs if found
    ]
    total = f"{len(asked)} packages audited, {len(lines)} with known faults."
    return [*lines, total], 1 if lines else 0


def main(arguments: list[str]) -> int:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description="What is shipped, and what is known of it.")
    parser.add_argument("--out", type=Path, help="where the bill of materials goes")
    parser.add_argument("--audit", action="store_true", help="ask the OSV database")
    asked = parser.parse_args(arguments)
    if asked.out is None and not asked.audit:
        parser.error("--out or --audit is needed")
    if asked.out is not None:
        asked.out.write_text(json.dumps(bill(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    if not asked.audit:
        return 0
    lines, status = audit()
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
