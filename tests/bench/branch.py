"""A vault and a session to measure with, made in a moment: its password costs nothing to check."""

from pathlib import Path

from desk.domain.engine import Engine
from desk.domain.events import AnswerSet, ChecklistStarted, FieldSet, Payload
from desk.domain.intake import fields_of
from desk.domain.staff import Branch, Person
from desk.services import cases
from desk.services.moment import Moment
from desk.services.session import Session
from desk.store.stretching import Argon
from desk.store.vault import Vault

PASSWORD = "measured, not guarded"
PERSON = Person("0417", "王接待", "head")
BRANCH = Branch("TS", "城东支行", "示例银行")
CHEAP = Argon(m=64, t=1, p=1)

STORY: dict[str, str | float | bool | list[str]] = {
    "opening_words": "说好今天能取，现在又说要等三天，我等着交住院押金！再不给我就打12378。",
    "channel": "A_FRONT_SITE",
    "complainant_name": "张桂芳",
    "complainant_phone": "13800002207",
    "narrative": "十月在本网点买的理财，当时说随时可取。今天来赎回，被告知下一个工作日到账。" * 8,
    "amount": 52000.0,
    "request_words": "今天中午前拿到住院押金，并且告诉我当时是怎么说的。",
    "explicit_need": "今天中午前拿到住院押金",
    "finding": "说明书载明到账时间；签约时的一次性告知单未列到账日，口头说明不完整。" * 4,
    "decision": "当日办理存单质押周转，免收手续费。已经向客户说明原因并当面致歉。" * 3,
    "decision_basis": "本行应急服务授权；口头说明不完整。",
    "points/0190a/text": "为什么没人早说要等？",
    "facts/0190b/text": "接待时说明到账日，提出两项办法，客户选择第二项。",
    "options/0190c/what": "存单质押周转，当日到账",
    "implicit_needs/0190d/need": "希望有人负责到底",
}
"""Fields of a case that is well filled in."""


def new_vault(path: Path, engine: Engine) -> Session:
    """A new empty vault, open."""
    moment = Moment()
    vault = Vault.create(
        path,
        PASSWORD,
        person=PERSON,
        device="PC02",
        branch=BRANCH,
        projector=engine.project,
        wall_ms=moment.wall_ms(),
        argon=CHEAP,
    )
    return Session(vault, engine, moment, PERSON, BRANCH)


def open_vault(path: Path, engine: Engine) -> Session:
    """A vault that :func:`new_vault` made in an earlier run."""
    vault = Vault.open(path, PASSWORD, projector=engine.project)
    return Session(vault, engine, Moment(), PERSON, BRANCH)


def new_case(session: Session, events: int) -> str:
    """A case with this many events: the story's fields first, then observations and a checklist."""
    case = cases.open_case(session).case
    steps = session.engine.pack.steps
    known = {at.path: at.definition for at in fields_of(steps)}
    told: list[Payload] = []
    for path, value in STORY.items():
        parts = path.split("/")
        definition = known[f"{parts[0]}/*/{parts[2]}" if len(parts) == 3 else path]
        told.append(FieldSet(field=path, value=value, personal=definition.personal))
    told += [
        AnswerSet(question="Q1", answer=2),
        AnswerSet(question="Q9", answer=["reg"]),
        AnswerSet(question="Q12", answer="a"),
    ]
    told.append(ChecklistStarted(checklist="E1", at=session.minute()))
    while len(told) < events:
        told.append(AnswerSet(question="Q3", answer=len(told) % 3))
    session.write(case.id, *told[: max(0, events - case.count)])
    return case.id
