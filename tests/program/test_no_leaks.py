"""Nothing personal is left anywhere but in the vault, and in the papers that were asked for.

The story runs with a home, a folder for temporary files and a working folder of its own. All the
while, and after the crash and the kill, every byte of them is searched.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from desk.domain.ledger import Filter
from desk.services import cases, ledger, vaults
from tests.papers import body
from tests.program import leak_story as story

SCRIPT = Path(story.__file__)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
LOOK_S = 0.15


def forms(value: str) -> set[bytes]:
    """The bytes by which a value would be recognised, escaped as JSON and Python do it, too."""
    plain = {value.encode(encoding) for encoding in ENCODINGS}
    return plain | {json.dumps(value)[1:-1].encode(), ascii(value)[1:-1].encode()}


FORMS = {value: forms(value) for value in story.SECRETS}


def found_in(content: bytes) -> set[str]:
    """The personal values that can be read in some bytes."""
    return {value for value, shapes in FORMS.items() if any(shape in content for shape in shapes)}


@dataclass
class Place:
    """Where one program may leave things: its home, temporary files, working folder, two streams.

    `out` is where papers were asked for, and is not searched.
    """

    root: Path
    leaks: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("home", "tmp", "work"):
            (self.root / "searched" / name).mkdir(parents=True)
        self.out.mkdir()

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def searched(self) -> Path:
        return self.root / "searched"

    @property
    def data(self) -> Path:
        return self.searched / "home/.local/share/complaint-desk"

    def start(self, part: str) -> subprocess.Popen[str]:
        """The story's part, in an environment that names nothing of ours."""
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        environment = {
            **keep,
            "HOME": str(self.searched / "home"),
            "TMPDIR": str(self.searched / "tmp"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(SCRIPT.parents[2]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with (self.searched / f"{part}.stderr").open("w", encoding="utf-8") as errors:
            return subprocess.Popen(
                [sys.executable, str(SCRIPT), part, str(self.out)],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                env=environment,
                cwd=self.searched / "work",
            )

    def search(self) -> None:
        """Look for every value in every file there is now, and in the files' names."""
        for path in self.searched.rglob("*"):
            name = str(path.relative_to(self.searched))
            try:
                content = path.read_bytes() if path.is_file() else b""
            except OSError:  # gone between the two looks
                continue
            leaked = found_in(content) | found_in(os.fsencode(name))
            if leaked:
                self.leaks.setdefault(name, set()).update(leaked)

    def said(self, part: str) -> str:
        return (self.searched / f"{part}.stderr").read_text("utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The place of one story, searched all the while."""
    made = Place(tmp_path)
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_S):
            made.search()

    looking = threading.Thread(target=look)
    looking.start()
    yield made
    ended.set()
    looking.join()


def run(place: Place, part: str) -> tuple[int, list[list[Any]]]:
    """Run a part to the point where there is something to lose; kill it there unless it crashes."""
    told = []
    with place.start(part) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1] == ["typed"] and part == "typing":
                process.kill()
                break
    return process.returncode, told


def test_the_search_finds_each_value_in_each_form(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for value in story.SECRETS:
        for at, shape in enumerate(FORMS[value]):
            file = place.searched / "tmp" / f"{at}.bin"
            file.write_bytes(b"\x00\xff" + shape + b"\n")
            place.leaks.clear()
            place.search()
            assert place.leaks == {f"tmp/{at}.bin": {value}}
            file.unlink()
    named = place.searched / "home" / f"{story.NAME}.pdf"
    named.touch()
    place.search()
    assert place.leaks[f"home/{named.name}"] == {story.NAME}


@pytest.mark.unmeasured
def test_nothing_personal_is_left_outside_the_vault_and_the_papers(place: Place) -> None:
    code, told = run(place, "begin")
    assert ["typed"] in told, (told[-3:], place.said("begin"))
    assert code == -signal.SIGSEGV
    crash = (place.data / "logs/crash.log").read_text("utf-8")
    assert "leak_story.py" in crash
    log = (place.data / "logs/desk.log").read_text("utf-8")
    assert log.count("ERROR unforeseen Stumbled") == 5
    code, more = run(place, "typing")
    assert ["typed"] in more, (more[-3:], place.said("typing"))
    assert code == -signal.SIGKILL
    place.search()
    assert place.leaks == {}
    titles = [str(words) for kind, *words in told + more if kind == "told"]
    assert any("诉解台" in title for title in titles)
    assert any("****" in title for title in titles)
    assert [title for title in titles if found_in(title.encode())] == []
    assert {path.name for path in place.out.iterdir()} == {"ledger.csv", "course.txt", "report.pdf"}
    assert story.NARRATIVE in body(place.out / "report.pdf")
    assert_stored(place)


def assert_stored(place: Place) -> None:
    """It was all typed indeed, and is all in the vault: the search did not pass for want of it."""
    session = vaults.unlock(place.data / "branch.vault", story.PASSWORD)
    try:
        (row,) = ledger.page(session, Filter()).rows
        case = cases.view(session, row.case).case
    finally:
        vaults.close(session)
    for path in ("complainant_name", "complainant_phone", "id_number", "address"):
        assert case.text(path) == story.FIELDS[path]
    assert case.text("narrative") == story.NARRATIVE
    assert [note.text for note in case.notes] == [story.NOTE]
    assert story.FIELDS["opening_words"] in case.text("opening_words")
    assert story.LAST in case.text("opening_words")
