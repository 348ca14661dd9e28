"""`desk sync`: two computers and head office exchange files from the command line."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.cli import main
from desk.domain.staff import Branch, Person
from desk.services import attachments, cases, vaults

Run = Callable[..., tuple[int, str, str]]

PASSWORD = "seed password 4711"
HEAD = Person("1001", "李敏", "head")
NAME = "陈晓明"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """A command in English; its exit code and what it wrote."""

    def command(*arguments: object) -> tuple[int, str, str]:
        status = main([*(str(one) for one in arguments), "--lang", "en"])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        return status, told.out, told.err

    return command


def vault(folder: Path, name: str, branch: Branch, *, complaints: int = 0) -> Path:
    path = folder / name / "branch.vault"
    session = vaults.create(path, branch, name, HEAD, PASSWORD)
    for _ in range(complaints):
        case = cases.open_case(session).case.id
        cases.set_field(session, case, "complainant_name", NAME)
    vaults.close(session)
    (folder / name / "out").mkdir()
    return path


def asked(run: Run, *arguments: object, status: int = 0) -> dict[str, object]:
    found, out, err = run(*arguments, "--json")
    assert (found, err) == (status, "")
    told: dict[str, object] = json.loads(out)
    return told


def test_two_computers_from_cards_to_confirmation(tmp_path: Path, run: Run) -> None:
    branch = Branch("CD", "城东支行")
    one = vault(tmp_path, "one", branch, complaints=2)
    other = vault(tmp_path, "two", branch)
    for mine, theirs in ((one, other), (other, one)):
        made = asked(run, "sync", "card", theirs, "--out", theirs.parent / "out")
        shown = asked(run, "sync", "approve", mine, made["file"])
        assert (shown["approved"], shown["fingerprint"]) == (False, made["fingerprint"])
        status, _out, err = run("sync", "approve", mine, made["file"], "0000-0000-0000")
        assert status == 2
        assert "fingerprint" in err
        done = asked(run, "sync", "approve", mine, made["file"], made["fingerprint"])
        assert done["approved"]
    told = asked(run, "sync", "preview", one)
    assert told["cases"] == 2
    status, out, _err = run("sync", "preview", one)
    assert status == 0
    assert "2 cases" in out
    assert "Stays: passwords" in out
    sent = asked(run, "sync", "export", one, "--out", one.parent / "out")
    files = sent["files"]
    assert isinstance(files, list)
    (taken,) = _files(asked(run, "sync", "import", other, *files))
    assert (taken["outcome"], taken["cases"]) == ("taken", 2)
    (again,) = _files(asked(run, "sync", "import", other, *files))
    assert again["outcome"] == "again"
    assert _bundle(run, one)["state"] == "exported"
    assert asked(run, "sync", "delivered", one, sent["sha256"])["state"] == "delivered"
    status, out, _err = run("sync", "status", one)
    assert "delivered" in out
    back = asked(run, "sync", "export", other, "--out", other.parent / "out")
    files = back["files"]
    assert isinstance(files, list)
    asked(run, "sync", "import", one, *files)
    assert _bundle(run, one)["state"] == "confirmed"
    assert not asked(run, "sync", "end", one, "two")["active"]
    assert run("sync", "export", one, "--out", one.parent / "out")[0] == 2


def _files(told: dict[str, object]) -> list[dict[str, object]]:
    found = told["files"]
    assert isinstance(found, list)
    return found


def _bundle(run: Run, path: Path) -> dict[str, object]:
    peers = asked(run, "sync", "status", path)["peers"]
    assert isinstance(peers, list)
    found: dict[str, object] = peers[0]["bundles"][0]
    return found


def test_head_office_answers(tmp_path: Path, run: Run) -> None:
    one = vault(tmp_path, "one", Branch("CD", "城东支行"), complaints=1)
    office = vault(tmp_path, "hub", Branch("HQ", "总行"))
    out = tmp_path / "out"
    out.mkdir()
    asked(run, "hub", "init", "--vault", office)
    made = asked(
        run, "hub", "enrol", "CD", "--vault", office, "--profile", "deidentified", "--out", out
    )
    asked(run, "sync", "enrol", one, made["file"], made["fingerprint"])
    sent = asked(run, "sync", "export", one, "--out", out)
    files = sent["files"]
    assert isinstance(files, list)
    assert NAME.encode() not in Path(files[0]).read_bytes()
    asked(run, "hub", "import", "--vault", office, *files, status=1)
    mine = asked(run, "sync", "status", one)["fingerprint"]
    asked(run, "hub", "approve", "CD", mine, "--vault", office)
    asked(run, "hub", "publish", "--message", "停机", "周六停机", "--vault", office)
    receipts = asked(run, "hub", "receipt", "CD", "--vault", office, "--out", out)["receipts"]
    assert isinstance(receipts, list)
    (taken,) = _files(asked(run, "sync", "import", one, receipts[0]["file"]))
    assert (taken["confirmed"], taken["offers"]) == (1, 1)
    offers = asked(run, "sync", "offers", one)["offers"]
    assert isinstance(offers, list)
    status, told, _err = run("sync", "offers", one)
    assert (status, "周六停机" in told) == (0, True)
    assert asked(run, "sync", "offers", one, offers[0]["id"])["changes"] == []
    assert run("sync", "accept", one, offers[0]["id"][:8])[:2] == (0, "Noted.\n")
    assert run("sync", "offers", one)[1] == "Nothing waits for a decision.\n"
    assert run("sync", "decline", one, offers[0]["id"])[0] == 2


def test_what_cannot_be_used_is_told(tmp_path: Path, run: Run) -> None:
    one = vault(tmp_path, "one", Branch("CD", "城东支行"))
    strange = tmp_path / "strange.cdx"
    strange.write_bytes(b"no bundle")
    (told,) = _files(asked(run, "sync", "import", one, strange, status=1))
    assert told["reason"] == "not_ours"
    status, _out, err = run("sync", "export", one, "--out", tmp_path)
    assert status == 2
    assert "approved" in err
    status, _out, err = run("sync", "split", strange, "--part-mb", 1)
    assert (status, "not a file of this program" in err) == (2, True)
    assert run("sync", "split", strange, "--part-mb", 0)[0] == 2


def test_a_file_in_parts(tmp_path: Path, run: Run) -> None:
    branch = Branch("CD", "城东支行")
    one, other = (vault(tmp_path, name, branch, complaints=1) for name in ("one", "two"))
    for mine, theirs in ((one, other), (other, one)):
        made = asked(run, "sync", "card", theirs, "--out", theirs.parent / "out")
        asked(run, "sync", "approve", mine, made["file"], made["fingerprint"])
    session = vaults.unlock(one, PASSWORD)
    case = cases.open_case(session).case.id
    picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(2_500_000))
    attachments.add(session, case, picture, "截图.png")
    vaults.close(session)
    told = asked(run, "sync", "export", one, "--out", tmp_path, "--part-mb", 1)
    files = told["files"]
    assert isinstance(files, list)
    assert len(files) == 3
    (taken,) = _files(asked(run, "sync", "import", other, *reversed(files)))
    assert taken["cases"] == 2
    whole = _files({"files": asked(run, "sync", "export", one, "--out", tmp_path)["files"]})
    parts = asked(run, "sync", "split", whole[0], "--part-mb", 1, "--out", tmp_path / "one")
    assert len(_files(parts)) == 3
    assert not Path(str(whole[0])).exists()
