"""The commands of `desk hub`: init, enrol, approve, import, receipt, publish, watch and the like.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from desk import hub_stat_commands
from desk.domain.exchange import Profile
from desk.domain.hub import HubDevice, SetAside, Way
from desk.i18n import N_, _, ngettext
from desk.key_commands import AskPassword
from desk.pack_commands import Add, Answered, Run

if TYPE_CHECKING:
    # Loads rules and store, for which a window must not wait.
    from desk.services.hub import Approved
    from desk.services.hub_imports import Imported
    from desk.services.hub_receipts import Published
    from desk.services.hub_status import BranchStatus
    from desk.services.session import Session

_STATES = {
    "waiting": N_("waits for approval"),
    "approved": N_("approved"),
    "relayed": N_("known through its branch"),
    "revoked": N_("revoked"),
    "replaced": N_("replaced"),
}


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the commands; `file` reads the name of a file."""

    def of_hub(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        made = command(name, words, run)
        made.set_defaults(password=password)
        made.add_argument("--vault", type=file, required=True, metavar="FILE")
        made.add_argument("--as", dest="opener", default="", metavar="ID", help=_("who opens it"))
        return made

    init = of_hub("init", _("make a vault head office"), _init)
    init.add_argument(
        "--database", default="", metavar="URL", help=_("PostgreSQL in place of the vault's file")
    )
    _add_branches(of_hub, file)
    _add_files(of_hub, file)
    _add_publishing(of_hub, file)
    of_hub("status", _("branches, their computers, what waits, who is silent"), _status)
    state = of_hub("state", _("all that is known of cases in one figure"), _state)
    state.add_argument("branch", nargs="?", default="", metavar="BRANCH")
    state.add_argument("--own", action="store_true", help=_("that of a branch's own vault"))
    hub_stat_commands.add(of_hub, _opened, file)


_OfHub = Callable[[str, str, Run], argparse.ArgumentParser]


def _add_branches(of_hub: _OfHub, file: Callable[[str], Path]) -> None:
    enrol = of_hub("enrol", _("invite a branch: writes the file for it"), _enrol)
    enrol.add_argument("branch", metavar="BRANCH")
    enrol.add_argument("--name", default="", metavar="NAME", help=_("what the branch is called"))
    enrol.add_argument("--parent", default="", metavar="BRANCH", help=_("the branch above it"))
    enrol.add_argument("--profile", choices=get_args(Profile), default="deidentified")
    enrol.add_argument("--out", type=file, required=True, metavar="DIR")
    approve = of_hub("approve", _("approve a computer by its fingerprint"), _approve)
    approve.add_argument("branch", metavar="BRANCH")
    approve.add_argument("fingerprint", metavar="FINGERPRINT")
    revoke = of_hub("revoke", _("accept nothing more from a computer"), _revoke)
    revoke.add_argument("branch", metavar="BRANCH")
    revoke.add_argument("device", metavar="DEVICE")
    replace = of_hub("replace", _("another computer takes the place of one"), _replace)
    replace.add_argument("branch", metavar="BRANCH")
    replace.add_argument("device", metavar="DEVICE")
    replace.add_argument("fingerprint", metavar="FINGERPRINT")


def _add_files(of_hub: _OfHub, file: Callable[[str], Path]) -> None:
    bring = of_hub("import", _("take in what branches sent"), _import)
    bring.add_argument("files", nargs="+", type=file, metavar="FILE")
    settle = of_hub("settle", _("settle a file that was set aside"), _settle)
    settle.add_argument("id", metavar="ID")
    settle.add_argument("how", choices=get_args(Way))
    receipt = of_hub("receipt", _("write receipts for the computers of a branch"), _receipt)
    receipt.add_argument("branch", metavar="BRANCH")
    receipt.add_argument("--device", default="", metavar="DEVICE", help=_("only for this one"))
    receipt.add_argument("--out", type=file, required=True, metavar="DIR")
    watch = of_hub("watch", _("take in whatever is dropped into a folder"), _watch)
    watch.add_argument("folder", type=file, metavar="DIR")
    watch.add_argument("--receipts", type=file, metavar="DIR", help=_("where receipts go"))
    watch.add_argument("--pause", type=float, default=5.0, metavar="SECONDS")
    watch.add_argument("--once", action="store_true", help=_("what lies there now, no more"))


def _add_publishing(of_hub: _OfHub, file: Callable[[str], Path]) -> None:
    publish = of_hub("publish", _("let something go to branches with their receipts"), _publish)
    what = publish.add_mutually_exclusive_group(required=True)
    what.add_argument("--pack", metavar="ID@VERSION", help=_("a content pack from the shelf"))
    what.add_argument("--calendar", type=file, metavar="FILE.yaml", help=_("a year's working days"))
    what.add_argument("--message", nargs=2, metavar=("TITLE", "TEXT"))
    what.add_argument("--hints", action="store_true", help=_("who complains elsewhere too"))
    publish.add_argument("branches", nargs="*", metavar="BRANCH", help=_("all when none is named"))
    transfer = of_hub("transfer", _("pass a case to another branch"), _transfer)
    transfer.add_argument("branch", metavar="BRANCH")
    transfer.add_argument("case", metavar="CASE")
    transfer.add_argument("to", metavar="BRANCH")
    transfer.add_argument("--note", default="", metavar="TEXT")


@contextmanager
def _opened(asked: argparse.Namespace) -> Iterator["Session"]:
    from desk.services import vaults

    session = vaults.unlock(asked.vault, asked.password(), asked.opener)
    try:
        yield session
    finally:
        vaults.close(session)


def _answer(values: dict[str, object], *lines: str, status: int = 0) -> Answered:
    from desk.services.answers import Answer

    return Answer(values, tuple(lines)), status


def _init(asked: argparse.Namespace) -> Answered:
    from desk.services import hub

    with _opened(asked) as session:
        made = hub.make(session, asked.database)
    values: dict[str, object] = {
        "hub": made.id,
        "fingerprint": made.fingerprint,
        "database": made.database,
    }
    words = _("This vault is head office. Its fingerprint: {fingerprint}")
    return _answer(values, words.format(fingerprint=made.fingerprint))


def _enrol(asked: argparse.Namespace) -> Answered:
    from desk.services import hub

    with _opened(asked) as session:
        done = hub.enrol(
            session,
            asked.branch,
            asked.name,
            asked.out,
            parent=asked.parent,
            profile=asked.profile,
        )
    values: dict[str, object] = {
        "file": str(done.path),
        "branch": done.branch.branch,
        "profile": done.branch.profile,
        "fingerprint": done.fingerprint,
    }
    words = _("{file}: please give it to the branch; it compares the fingerprint {fingerprint}")
    return _answer(values, words.format(file=done.path, fingerprint=done.fingerprint))


def _approve(asked: argparse.Namespace) -> Answered:
    from desk.services import hub

    with _opened(asked) as session:
        done = hub.approve(session, asked.branch, asked.fingerprint)
    return _approved(done)


def _replace(asked: argparse.Namespace) -> Answered:
    from desk.services import hub

    with _opened(asked) as session:
        done = hub.replace_device(session, asked.branch, asked.device, asked.fingerprint)
    return _approved(done)


def _approved(done: "Approved") -> Answered:
    words = _("{name} is approved: what it sends is taken in from now on.")
    line = words.format(name=done.device.name or done.device.device)
    files = [_file_values(one) for one in done.files]
    values: dict[str, object] = {"device": done.device.device, "files": files}
    return _answer(values, line, *(_file_line(one) for one in done.files))


def _revoke(asked: argparse.Namespace) -> Answered:
    from desk.services import hub

    with _opened(asked) as session:
        done = hub.revoke(session, asked.branch, asked.device)
    words = _("{name} is revoked. What came up to No. {seq} stays; nothing after it is taken in.")
    line = words.format(name=done.name or done.device, seq=done.seq)
    return _answer({"device": done.device, "seq": done.seq}, line)


def _import(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_imports

    with _opened(asked) as session:
        return _files(hub_imports.import_(session, asked.files))


def _files(found: Sequence["Imported"]) -> Answered:
    fine = all(one.outcome in {"taken", "again"} for one in found)
    values: dict[str, object] = {"files": [_file_values(one) for one in found]}
    return _answer(values, *(_file_line(one) for one in found), status=0 if fine else 1)


def _file_values(one: "Imported") -> dict[str, object]:
    return {
        "name": one.name,
        "outcome": one.outcome,
        "branch": one.branch,
        "device": one.device,
        "sha256": one.sha256,
        "events": one.events,
        "cases": one.cases,
        "not_accepted": one.ended,
        "id": one.id,
        "reason": str(one.fault.params.get("reason", one.fault.code)) if one.fault else "",
    }


def _file_line(one: "Imported") -> str:
    from desk.services import sentences

    why = sentences.sentence(one.fault) if one.fault is not None else ""
    if one.outcome == "taken":
        count = ngettext("{n} new event", "{n} new events", one.events).format(n=one.events)
        return _("{name}: taken in, {count}").format(name=one.name, count=count)
    if one.outcome == "again":
        return _("{name}: was here already, nothing changed").format(name=one.name)
    if one.outcome == "aside":
        words = _("{name}: set aside as {id}. {why}")
        return words.format(name=one.name, id=one.id, why=why)
    return _("{name}: not taken in. {why}").format(name=one.name, why=why)


def _settle(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_imports

    with _opened(asked) as session:
        done = hub_imports.settle(session, asked.id, asked.how)
    if asked.how == "discard":
        return _answer(_file_values(done), _("{name}: discarded.").format(name=done.name))
    return _files((done,))


def _receipt(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_receipts

    with _opened(asked) as session:
        made = hub_receipts.receipt(session, asked.branch, asked.out, asked.device)
    values: dict[str, object] = {
        "receipts": [
            {
                "file": str(one.path),
                "device": one.device,
                "number": one.number,
                "confirmed": one.confirmed,
                "items": list(one.items),
            }
            for one in made
        ]
    }
    words = _("{file}: confirms {n}, brings {items}")
    none = _("nothing else")
    lines = (
        words.format(file=one.path, n=one.confirmed, items=", ".join(one.items) or none)
        for one in made
    )
    return _answer(values, *lines)


def _publish(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_hints, hub_receipts

    with _opened(asked) as session:
        if asked.pack:
            done = hub_receipts.publish_pack(session, asked.pack, asked.branches)
        elif asked.calendar:
            done = hub_receipts.publish_calendar(session, asked.calendar, asked.branches)
        elif asked.hints:
            done = hub_hints.publish(session, asked.branches)
        else:
            title, text = asked.message
            done = hub_receipts.publish_message(session, title, text, asked.branches)
    return _published(done)


def _published(done: "Published") -> Answered:
    values: dict[str, object] = {
        "what": done.what,
        "name": done.name,
        "branches": list(done.branches),
    }
    many = len(done.branches)
    words = ngettext(
        "{name} goes to {n} branch with its next receipt.",
        "{name} goes to {n} branches with their next receipts.",
        many,
    )
    return _answer(values, words.format(name=done.name, n=many))


def _transfer(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_receipts

    with _opened(asked) as session:
        done = hub_receipts.transfer(session, asked.branch, asked.case, asked.to, asked.note)
    words = _("{number} passes from {before} to {after}; both are told with their next receipts.")
    line = words.format(number=done.number, before=done.from_name, after=done.to_name)
    return _answer({"case": done.case, "number": done.number, "to": done.to_branch}, line)


def _watch(asked: argparse.Namespace) -> Answered:
    import sys

    from desk.services import hub_watch

    ended = threading.Event()
    counted = {"taken": 0, "again": 0, "aside": 0, "refused": 0}

    def report(one: "Imported") -> None:
        counted[one.outcome] += 1
        sys.stderr.write(f"{_file_line(one)}\n")

    with _opened(asked) as session, _until_told(ended):
        if asked.once:
            found = hub_watch.sweep(session, asked.folder, wait=ended.wait, receipts=asked.receipts)
            return _files(found)
        hub_watch.watch(
            session,
            asked.folder,
            wait=ended.wait,
            report=report,
            receipts=asked.receipts,
            pause=max(0.1, asked.pause),
        )
    words = _("Stopped. Taken in {taken}, again {again}, set aside {aside}, refused {refused}")
    return _answer(dict(counted), words.format(**counted))


@contextmanager
def _until_told(ended: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and the system's wish to end finish the file at hand first."""
    before = {
        one: signal.signal(one, lambda *_told: ended.set())
        for one in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _state(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_status

    with _opened(asked) as session:
        found = (
            hub_status.own_state(session) if asked.own else hub_status.state(session, asked.branch)
        )
    values: dict[str, object] = {
        "sha256": found.sha256,
        "cases": found.cases,
        "events": found.events,
    }
    return _answer(values, f"{found.sha256}  {found.cases}  {found.events}")


def _status(asked: argparse.Namespace) -> Answered:
    from desk.services import hub_status

    with _opened(asked) as session:
        found = hub_status.status(session)
    values: dict[str, object] = {
        "hub": found.id,
        "fingerprint": found.fingerprint,
        "database": found.database,
        "branches": [_branch_values(one) for one in found.branches],
        "strangers": [_aside_values(one) for one in found.strangers],
        "touched": found.touched,
    }
    words = _("Head office {database}, fingerprint {fingerprint}")
    lines = [words.format(database=found.database, fingerprint=found.fingerprint)]
    for one in found.branches:
        lines += _branch_lines(one)
    lines += [_aside_line(one) for one in found.strangers]
    return _answer(values, *lines)


def _branch_values(one: "BranchStatus") -> dict[str, object]:
    return {
        "branch": one.branch.branch,
        "name": one.branch.name,
        "parent": one.branch.parent,
        "profile": one.branch.profile,
        "silent_days": one.silent,
        "silent": one.is_silent,
        "lost": one.lost,
        "devices": [_device_values(device) for device in one.devices],
        "waiting": [_aside_values(file) for file in one.waiting],
    }


def _device_values(one: HubDevice) -> dict[str, object]:
    return {
        "device": one.device,
        "lane": one.lane,
        "name": one.name,
        "state": one.state,
        "fingerprint": one.fingerprint,
        "successor": one.successor,
        "seq": one.seq,
        "number": one.number,
        "last_at": one.last_at,
    }


def _aside_values(one: SetAside) -> dict[str, object]:
    return {
        "id": one.id,
        "branch": one.branch,
        "reason": one.reason,
        "name": one.name,
        "device": one.device,
        "came_at": one.came_at,
        **({"params": dict(one.params)} if one.params else {}),
    }


def _branch_lines(one: "BranchStatus") -> Iterator[str]:
    silent = _("nothing has come yet")
    if one.silent is not None:
        silent = ngettext("{n} day silent", "{n} days silent", one.silent).format(n=one.silent)
    yield f"{one.branch.branch}  {one.branch.name}  {one.branch.profile}  {silent}"
    for device in one.devices:
        words = _("  {name}  {state}  {fingerprint}  up to No. {seq}, file {number}, {last}")
        yield words.format(
            name=device.name,
            state=_(_STATES[device.state]),
            fingerprint=device.fingerprint,
            seq=device.seq,
            number=device.number,
            last=device.last_at or "–",
        )
    for file in one.waiting:
        yield f"  {_aside_line(file)}"


def _aside_line(one: SetAside) -> str:
    from desk.errors import BundleRefused
    from desk.services import sentences

    params: dict[str, object] = dict(one.params)
    why = sentences.sentence(BundleRefused(None, reason=one.reason, **params))
    return f"{one.id}  {one.name}  {one.came_at}  {why}"
