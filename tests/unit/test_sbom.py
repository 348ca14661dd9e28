"""The bill of materials names everything that is shipped, and an audit never claims too much."""

import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERIAL = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("sbom")


def test_it_has_the_form_of_cyclonedx(sbom: ModuleType, tmp_path: Path) -> None:
    target = tmp_path / "bom.json"
    assert sbom.main(["--out", str(target)]) == 0
    bill = json.loads(target.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert SERIAL.fullmatch(bill["serialNumber"])
    assert bill == sbom.bill(), "the same content gives the same document"
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(set(refs)) == len(refs)
    assert bill["dependencies"] == [{"ref": "complaint-desk", "dependsOn": refs}]
    for one in bill["components"]:
        assert one["type"] in {"library", "file"}
        assert one["name"]
        for found in one.get("hashes", []):
            assert re.fullmatch("[0-9a-f]{64}", found["content"])


def test_it_names_everything_that_is_locked_and_shipped(sbom: ModuleType) -> None:
    lock = (ROOT / "packaging/requirements.lock").read_text("utf-8")
    components = {one["name"]: one for one in sbom.bill()["components"]}
    for name in sbom.licences.locked():
        found = components[name]
        assert found["purl"] == f"pkg:pypi/{name}@{found['version']}"
        assert f"{name}=={found['version']}" in lock
        assert found["licenses"][0]["license"]["name"]
        assert found["properties"], f"{name} has no hash"
    hashes = sum(len(one.get("properties", [])) for one in components.values())
    assert 0 < hashes <= lock.count("--hash=")
    for folder in ("fonts", "icons", "packs"):
        shipped = [path for path in (ROOT / "resources" / folder).rglob("*") if path.is_file()]
        assert {path.relative_to(ROOT).as_posix() for path in shipped} <= components.keys()


def _answers(sbom: ModuleType, faults: dict[int, list[str]]) -> Callable[[bytes], bytes]:
    def ask(question: bytes) -> bytes:
        count = len(json.loads(question)["queries"])
        assert count == len(list(sbom.libraries()))
        results = [
            {"vulns": [{"id": i} for i in faults[n]]} if n in faults else {} for n in range(count)
        ]
        return json.dumps({"results": results}).encode()

    return ask


def test_an_audit_says_what_is_known(sbom: ModuleType) -> None:
    lines, status = sbom.audit(_answers(sbom, {}))
    assert (len(lines), status) == (1, 0)
    assert lines[0].endswith("0 with known faults.")
    first = next(iter(sbom.libraries()))
    lines, status = sbom.audit(_answers(sbom, {0: ["GHSA-1", "GHSA-2"]}))
    assert lines[0] == f"{first['name']} {first['version']}: GHSA-1, GHSA-2"
    assert (len(lines), status) == (2, 1)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"results": []}', b'{"results": [1]}'])
def test_what_was_not_audited_is_said_to_be_so(sbom: ModuleType, answer: bytes) -> None:
    lines, status = sbom.audit(lambda _question: answer)
    assert (lines[0].partition(":")[0], status) == ("NOT AUDITED", 3)


def test_without_a_network_it_is_said_plainly(sbom: ModuleType) -> None:
    def unreachable(_question: bytes) -> bytes:
        raise OSError

    lines, status = sbom.audit(unreachable)
    assert (lines[0].partition(":")[0], status) == ("NOT AUDITED", 3)
