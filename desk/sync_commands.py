"""The commands of `desk sync`: card, approve, preview, export, import, status and the like.

Belongs here: their arguments and the way to the services. `desk.cli` asks for passwords and prints.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desk.i18n import N_, _, ngettext
from desk.key_commands import AskPassword
from desk.pack_commands import Add, Answered, Run

if TYPE_CHECKING:
    # Loads rules and store, for which a window must not wait.
    from desk.domain.deliveries import Bundle
    from desk.domain.exchange import Peer
    from desk.services.session import Session
    from desk.services.sync import PeerState
    from desk.services.sync_imports import Imported
    from desk.services.sync_offers import Offer

_MB = 1_000_000
_STATES = {"exported": N_("exported"), "delivered": N_("delivered"), "confirmed": N_("confirmed")}
_WHATS = {
    "pack": N_("content pack"),
    "calendar": N_("working days of a year"),
    "message": N_("message"),
    "transfer": N_("case passed on"),
}
_ID_SIGNS = 8


def add(command: Add, password: AskPassword, file: Callable[[str], Path]) -> None:
    """Add the commands; `file` reads the name of a file."""

    def of_vault(name: str, words: str, run: Run) -> argparse.ArgumentParser:
        made = command(name, words, run)
        made.set_defaults(password=password)
        made.add_argument("vault", type=file, metavar="VAULT")
        made.add_argument("--as", dest="opener", default="", metavar="ID", help=_("who opens it"))
        return made

    _add_peers(of_vault, file)
    _add_files(of_vault, file)
    _add_offers(of_vault)
    split = command("split", _("a file in parts; goes on where that was broken off"), _split)
    split.add_argument("file", type=file, metavar="FILE")
    split.add_argument("--part-mb", type=int, required=True, metavar="MB")
    split.add_argument("--out", type=file, metavar="DIR", help=_("beside it by default"))


_OfVault = Callable[[str, str, Run], argparse.ArgumentParser]


def _add_peers(of_vault: _OfVault, file: Callable[[str], Path]) -> None:
    card = of_vault("card", _("this computer's card, for another one of its branch"), _card)
    card.add_argument("--out", type=file, required=True, metavar="DIR")
    for name, words in (
        ("approve", _("approve another computer by its card and fingerprint")),
        ("enrol", _("approve head office by its enrolment and fingerprint")),
    ):
        approve = of_vault(name, words, _approve)
        approve.add_argument("file", type=file, metavar="FILE")
        approve.add_argument(
            "fingerprint", nargs="?", default="", help=_("as the other screen shows it")
        )
    end = of_vault("end", _("exchange no more files with somebody"), _end)
    end.add_argument("peer", metavar="WHOM")


def _add_files(of_vault: _OfVault, file: Callable[[str], Path]) -> None:
    whom = _("name or end of the id; may be left out where there is only one")
    preview = of_vault("preview", _("what would leave, in counts and words"), _preview)
    preview.add_argument("peer", nargs="?", default="", metavar="WHOM", help=whom)
    export = of_vault("export", _("write what was not confirmed yet into a file"), _export)
    export.add_argument("peer", nargs="?", default="", metavar="WHOM", help=whom)
    export.add_argument("--out", type=file, required=True, metavar="DIR")
    export.add_argument("--part-mb", type=int, default=0, metavar="MB", help=_("in parts"))
    bring = of_vault("import", _("take in files, receipts, and marks of what was read"), _import)
    bring.add_argument("files", nargs="+", type=file, metavar="FILE")
    of_vault("status", _("exported, delivered, confirmed: what became of each file"), _status)
    delivered = of_vault("delivered", _("note that the other side has read a file"), _delivered)
    delivered.add_argument("sha256", metavar="SHA256")


def _add_offers(of_vault: _OfVault) -> None:
    offers = of_vault("offers", _("what head office sent along and nobody has decided"), _offers)
    offers.add_argument("id", nargs="?", default="", metavar="ID", help=_("what it would change"))
    accept = of_vault("accept", _("install or take over what is offered"), _accept)
    accept.add_argument("id", metavar="ID")
    decline = of_vault("decline", _("do nothing of what is offered"), _decline)
    decline.add_argument("id", metavar="ID")


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


def _card(asked: argparse.Namespace) -> Answered:
    from desk.services import sync

    with _opened(asked) as session:
        path, me = sync.card(session, asked.out)
    values: dict[str, object] = {
        "file": str(path),
        "device": me.device,
        "fingerprint": me.fingerprint,
    }
    words = _("{file}: please take it to the other computer; the fingerprint is {fingerprint}")
    return _answer(values, words.format(file=path, fingerprint=me.fingerprint))


def _approve(asked: argparse.Namespace) -> Answered:
    from desk.services import sync

    with _opened(asked) as session:
        offered = sync.introduced(session, asked.file)
        if asked.fingerprint:
            sync.approve_peer(session, offered, asked.fingerprint)
    values: dict[str, object] = {
        **_peer_values(offered.peer),
        "fingerprint": offered.fingerprint,
        "other_keys": offered.has_other_keys,
        "approved": bool(asked.fingerprint),
    }
    if asked.fingerprint:
        words = _("{name} is approved. What leaves: {profile}")
        return _answer(values, words.format(name=offered.peer.name, profile=_profile(offered.peer)))
    lines = [
        _("{name} introduces itself. Its fingerprint: {fingerprint}").format(
            name=offered.peer.name, fingerprint=offered.fingerprint
        ),
        _("What would leave: {profile}").format(profile=_profile(offered.peer)),
    ]
    if offered.has_other_keys:
        lines.append(_("It had other keys before. Please ask why before you approve it."))
    lines.append(_("Compare it with the other screen, then give it to this command to approve."))
    return _answer(values, *lines)


def _profile(peer: "Peer") -> str:
    from desk.services import sync_words

    return sync_words.contents(peer.profile).profile


def _peer_values(peer: "Peer") -> dict[str, object]:
    return {
        "peer": peer.id,
        "name": peer.name,
        "kind": peer.kind,
        "profile": peer.profile,
        "active": peer.active,
    }


def _end(asked: argparse.Namespace) -> Answered:
    from desk.services import sync

    with _opened(asked) as session:
        ended = sync.end_peer(session, sync.find(session, asked.peer).id)
    words = _("No more files are exchanged with {name}")
    return _answer(_peer_values(ended), words.format(name=ended.name))


def _preview(asked: argparse.Namespace) -> Answered:
    from desk.services import sync, sync_exports

    with _opened(asked) as session:
        found = sync_exports.preview(session, sync.find(session, asked.peer).id)
    times = (found.since, found.until)
    since, until = (when.isoformat(timespec="minutes") if when else "" for when in times)
    values: dict[str, object] = {
        **_peer_values(found.peer),
        "number": found.number,
        "cases": found.cases,
        "events": found.events,
        "attachments": found.files,
        "bytes": found.size,
        "since": since,
        "until": until,
        "goes": list(found.contents.goes),
        "stays": list(found.contents.stays),
    }
    lines = [
        _("For {name}, No. {number}. {profile}").format(
            name=found.peer.name, number=found.number, profile=found.contents.profile
        ),
        _("{cases} cases, {events} events, {files} attachments ({size} MB)").format(
            cases=found.cases,
            events=found.events,
            files=found.files,
            size=f"{found.size / _MB:.1f}",
        ),
    ]
    if since:
        lines.append(_("Written from {since} to {until}").format(since=since, until=until))
    lines += [_("Goes: {what}").format(what=one) for one in found.contents.goes]
    lines += [_("Stays: {what}").format(what=one) for one in found.contents.stays]
    return _answer(values, *lines)


def _export(asked: argparse.Namespace) -> Answered:
    from desk.services import sync, sync_exports, sync_words

    with _opened(asked) as session:
        peer = sync.find(session, asked.peer)
        part_bytes = asked.part_mb * _MB
        made = sync_exports.export(session, peer.id, asked.out, part_bytes=part_bytes)
    values: dict[str, object] = {
        "files": [str(path) for path in made.paths],
        "name": made.name,
        "number": made.number,
        "sha256": made.sha256,
        "bytes": made.size,
        "cases": made.cases,
        "events": made.events,
        "attachments": made.files,
        "lost": made.lost,
    }
    words = _("{file}: {cases} cases, {events} events, {size} MB")
    size = f"{made.size / _MB:.1f}"
    first = words.format(file=made.name, cases=made.cases, events=made.events, size=size)
    lost = (sync_words.left_behind(made.lost),) if made.lost else ()
    return _answer(values, first, *(str(path) for path in made.paths), *lost)


def _split(asked: argparse.Namespace) -> Answered:
    from desk.services import sync_exports

    made = sync_exports.split(asked.file, asked.part_mb * _MB, asked.out)
    paths = [str(path) for path in made]
    return _answer({"files": list(paths)}, *paths)


def _import(asked: argparse.Namespace) -> Answered:
    from desk.services import sync_imports

    with _opened(asked) as session:
        found = sync_imports.import_(session, asked.files)
    fine = all(one.fault is None for one in found)
    values: dict[str, object] = {"files": [_file_values(one) for one in found]}
    return _answer(values, *map(_file_line, found), status=0 if fine else 1)


def _file_values(one: "Imported") -> dict[str, object]:
    return {
        "name": one.name,
        "outcome": one.outcome,
        "peer": one.peer,
        "sha256": one.sha256,
        "events": one.events,
        "cases": one.cases,
        "confirmed": one.confirmed,
        "offers": one.offers,
        "reason": str(one.fault.params.get("reason", one.fault.code)) if one.fault else "",
    }


def _file_line(one: "Imported") -> str:
    from desk.services import sentences

    if one.fault is not None:
        why = sentences.sentence(one.fault)
        return _("{name}: not taken in. {why}").format(name=one.name, why=why)
    if one.outcome == "again":
        return _("{name}: was here already, nothing changed").format(name=one.name)
    if one.outcome == "read":
        return _("{name}: the other side has read it").format(name=one.name)
    parts = [ngettext("{n} new event", "{n} new events", one.events).format(n=one.events)]
    if one.confirmed:
        words = ngettext("{n} file confirmed", "{n} files confirmed", one.confirmed)
        parts.append(words.format(n=one.confirmed))
    if one.offers:
        words = ngettext("{n} thing to decide", "{n} things to decide", one.offers)
        parts.append(words.format(n=one.offers))
    return _("{name}: taken in, {count}").format(name=one.name, count=", ".join(parts))


def _status(asked: argparse.Namespace) -> Answered:
    from desk.services import sync

    with _opened(asked) as session:
        found = sync.states(session)
    values: dict[str, object] = {
        "device": found.own.device,
        "name": found.own.name,
        "fingerprint": found.own.fingerprint,
        "remind_days": found.remind_days,
        "peers": [_state_values(one) for one in found.peers],
    }
    lines = [
        _("This computer: {name}, fingerprint {fingerprint}").format(
            name=found.own.name, fingerprint=found.own.fingerprint
        )
    ]
    for one in found.peers:
        lines += _state_lines(one)
    return _answer(values, *lines)


def _state_values(one: "PeerState") -> dict[str, object]:
    return {
        **_peer_values(one.peer),
        "fingerprint": one.fingerprint,
        "heard": one.heard.isoformat(timespec="minutes") if one.heard else "",
        "waiting": one.waiting,
        "late": one.is_late,
        "bundles": [
            {
                "name": bundle.name,
                "number": bundle.number,
                "sha256": bundle.sha256,
                "state": bundle.state,
                "cases": bundle.cases,
                "events": bundle.events,
            }
            for bundle in one.bundles
        ],
    }


def _state_lines(one: "PeerState") -> Iterator[str]:
    words = _("{name} ({id}): {n} events not confirmed") if one.peer.active else _("{name}: ended")
    yield words.format(name=one.peer.name, id=one.peer.id[-_ID_SIGNS:], n=one.waiting)
    if one.is_late:
        yield "  " + _("No confirmation for too long. Please ask whether the files came.")
    yield from (f"  {_bundle_line(bundle)}" for bundle in one.bundles)


def _bundle_line(bundle: "Bundle") -> str:
    words = _("{name}  {state}  {cases} cases  {sha256}")
    return words.format(
        name=bundle.name,
        state=_(_STATES[bundle.state]),
        cases=bundle.cases,
        sha256=bundle.sha256,
    )


def _delivered(asked: argparse.Namespace) -> Answered:
    from desk.services import sync

    with _opened(asked) as session:
        bundle = sync.delivered(session, asked.sha256)
    values: dict[str, object] = {"name": bundle.name, "state": bundle.state}
    return _answer(values, _bundle_line(bundle))


def _offers(asked: argparse.Namespace) -> Answered:
    from desk.services import sync_offers

    with _opened(asked) as session:
        if asked.id:
            changes = sync_offers.changes(session, asked.id)
            return _answer({"changes": list(changes)}, *changes)
        found = sync_offers.offers(session)
    values: dict[str, object] = {
        "offers": [
            {
                "id": one.id,
                "what": one.what,
                "title": one.title,
                "text": one.text,
                "came": one.came.isoformat(timespec="minutes"),
                "incoming": one.incoming,
                "readable": one.readable,
            }
            for one in found
        ]
    }
    lines = [_offer_line(one) for one in found] or [_("Nothing waits for a decision.")]
    return _answer(values, *lines)


def _offer_line(one: "Offer") -> str:
    head = f"{one.id[:_ID_SIGNS]}  {_(_WHATS[one.what])}  {one.title}"
    if not one.readable:
        return f"{head}  {_('only a newer version of the program can read it')}"
    return f"{head}\n  {one.text}" if one.text else head


def _accept(asked: argparse.Namespace) -> Answered:
    from desk.services import cases, sync_offers

    with _opened(asked) as session:
        done = sync_offers.accept(session, asked.id)
        number = cases.view(session, done.case).case.number if done.case else ""
    values: dict[str, object] = {"what": done.what, "pack": done.pack, "case": number}
    if done.pack:
        words = _("{pack} is installed, for new cases from the next start on.")
        return _answer(values, words.format(pack=done.pack))
    if number:
        return _answer(values, _("It is in the file of case {number}.").format(number=number))
    return _answer(values, _("Noted."))


def _decline(asked: argparse.Namespace) -> Answered:
    from desk.services import sync_offers

    with _opened(asked) as session:
        sync_offers.decline(session, asked.id)
    return _answer({"declined": asked.id}, _("It was declined and will not be asked again."))
