"""Computers of one branch and a head office: real vaults, with real people and real files."""

import dataclasses
import io
import itertools
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from desk.bundles import reading
from desk.domain.exchange import AnyFrame, Profile
from desk.domain.staff import Branch, Person
from desk.errors import KnownError
from desk.services import cases, hub, sync, sync_exports, sync_imports
from desk.services.session import Session
from desk.services.sync_imports import Imported
from desk.store import attachments as files
from desk.store import device_keys
from desk.store.device_keys import DeviceKeys
from desk.store.vault import Vault, person_put
from tests.store import crew
from tests.store.crew import Hand
from tests.store.desks import Desk, state

BRANCH = Branch("CD", "城东支行", "云溪银行")
HEAD_OFFICE = Branch("HQ", "云溪银行总行", "云溪银行")
NAME, PHONE, ID = "陈晓明", "13800138000", "11010519491231002X"
TEXT = f"我叫{NAME}，电话138-0013-8000，在3号窗口等了45分钟"
SECRETS = (NAME, PHONE, "138-0013-8000", ID)


@dataclasses.dataclass
class Office:
    """A computer with its vault open, whoever sits at it, and the folder where its files lie."""

    session: Session
    moment: Hand
    folder: Path

    @property
    def id(self) -> str:
        return self.session.vault.head().device

    def at_desk(self, person: Person) -> Session:
        return dataclasses.replace(self.session, actor=person)

    def later(self, **time: int) -> None:
        self.moment.later(**time)

    def complaint(self, **fields: str) -> str:
        """A new case; its id."""
        self.later(minutes=1)
        case = cases.open_case(self.session).case.id
        values = {"complainant_name": NAME, "complainant_phone": PHONE, "id_number": ID}
        for path, value in {**values, "narrative": TEXT, **fields}.items():
            cases.set_field(self.session, case, path, value)
        return case

    def sends(self, to: "Office") -> sync_exports.Exported:
        self.later(minutes=1)
        return sync_exports.export(self.session, to.id, self.folder)

    def takes(self, *paths: Path) -> tuple[Imported, ...]:
        self.later(minutes=1)
        return sync_imports.import_(self.session, paths)

    def knows(self, other: "Office") -> None:
        """Approve another computer by its card."""
        path, me = sync.card(other.session, other.folder)
        offered = sync.introduced(self.session, path)
        sync.approve_peer(self.session, offered, me.fingerprint.lower().replace("-", " "))


def _made(folder: Path, name: str, branch: Branch) -> None:
    path = folder / name / "desk.vault"
    vault = Vault.create(
        path,
        crew.password(crew.HEAD),
        person=crew.HEAD,
        branch=branch,
        device=name,
        projector=crew.engine().project,
        wall_ms=Hand().wall_ms(),
        argon=crew.CHEAP,
    )
    vault.record(person_put(crew.OFFICER), person_put(crew.TELLER), actor="1001", wall_ms=1)
    vault.close()


def make(folder: Path) -> None:
    """Closed vaults: two computers of a branch, and head office."""
    for name, branch in (("一", BRANCH), ("二", BRANCH), ("总行", HEAD_OFFICE)):
        _made(folder, name, branch)


@contextmanager
def opened(folder: Path, target: Path, names: Sequence[str]) -> Iterator[list[Office]]:
    """Copies of them, open."""
    shutil.copytree(folder, target)
    with ExitStack() as stack:
        found = []
        for name, place in zip(names, itertools.count(), strict=False):
            path = target / name / "desk.vault"
            vault = Vault.open(path, crew.password(crew.HEAD), projector=crew.engine().project)
            stack.callback(vault.close)
            moment = Hand()
            moment.at[0] = moment.at[0].replace(second=place)
            session = Session(vault, crew.engine(), moment, crew.HEAD, vault.branch())
            out = target / name / "files"
            out.mkdir()
            found.append(Office(session, moment, out))
        yield found


def enrol(head: Office, branch: Office, profile: Profile) -> None:
    """Let a branch know head office, by its enrolment."""
    done = hub.enrol(head.session, BRANCH.code, BRANCH.name, head.folder, profile=profile)
    offered = sync.introduced(branch.session, done.path)
    sync.approve_peer(branch.session, offered, done.fingerprint)


def let_in(office: Office, *people: Person) -> None:
    """Give people a password."""
    crew.let_in(office.session.vault, office.session.vault.database.path, list(people))


def stands(office: Office) -> dict[str, object]:
    """All that a vault holds, and the files beside it."""
    vault = office.session.vault
    folder = files.folder_of(vault.database.path)
    beside = sorted(path.name for path in folder.rglob("*") if path.is_file())
    return {**state(Desk(vault)), "files": beside}


def reason(fault: KnownError | None) -> object:
    assert fault is not None
    return fault.params["reason"]


def picture() -> io.BytesIO:
    """A small file that may be attached."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    return io.BytesIO(packed.getvalue())


def keys_of(office: Office) -> DeviceKeys:
    return device_keys.own(office.session.vault, actor="1001", wall_ms=1)


def frames_of(path: Path, reader: Office) -> list[AnyFrame]:
    found: list[AnyFrame] = []
    reading.look(path).read(keys_of(reader).identity, found.append)
    return found
