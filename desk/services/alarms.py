"""What is wrong with clock or record while people work, told until it is put right."""

from dataclasses import dataclass
from typing import Literal

from desk.i18n import _
from desk.services.session import Session, needs
from desk.services.timekeeping import KeptMoment


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that everybody at the desk is told: in a few words, and whole.

    `clock`: the computer's date is in doubt. `record`: the end of the log is missing or damaged.
    """

    kind: Literal["clock", "record"]
    title: str
    words: tuple[str, ...]


def alarms(session: Session) -> tuple[Alarm, ...]:
    """What is wrong now; asks neither disk nor database."""
    return (*_clock(session), *_record(session), *_unread(session))


@needs("back_up")
def trust_clock(session: Session) -> None:
    """Somebody who looks after the computer says that its date is right; that is recorded."""
    if isinstance(session.moment, KeptMoment):
        session.moment.trust()
        session.keep_time()


def _clock(session: Session) -> tuple[Alarm, ...]:
    moment = session.moment
    doubt = moment.doubt() if isinstance(moment, KeptMoment) else None
    if doubt is None:
        return ()
    said = moment.local(doubt.now_ms).isoformat(" ", timespec="minutes")
    believed = moment.local(doubt.before_ms).isoformat(" ", timespec="minutes")
    if doubt.state == "behind":
        why = _("The computer's clock says {said}, which is earlier than the last entry here.")
    else:
        why = _("The computer's clock says {said}, more than a year after the last entry here.")
    words = (
        why.format(said=said),
        _(
            "Nothing is lost, and the order of the entries stays. Until the clock is right again, "
            "times go on from the last good one; it is now taken to be {believed}."
        ).format(believed=believed),
        _("Please have the date and time of the computer set right."),
    )
    return (Alarm("clock", _("The computer's date is wrong"), words),)


def _unread(session: Session) -> tuple[Alarm, ...]:
    kept = [fault.detail for fault in session.vault.faults if fault.code == "unread"]
    words = (
        _(
            "The computer stopped in the middle of writing, and part of what was written is "
            "damaged. Changes made shortly before that may be missing; all others are there."
        ),
        _(
            "Please look at the last entries of the cases that were in hand. Everything there was "
            "is kept beside the vault as {name}: have it brought back (desk rescue), then have "
            "that file put away, and this notice ends."
        ),
    )
    return tuple(
        Alarm(
            "record",
            _("Some of the last changes could not be read"),
            tuple(text.format(name=name) for text in words),
        )
        for name in kept
    )


def _record(session: Session) -> tuple[Alarm, ...]:
    if all(fault.code == "unread" for fault in session.vault.faults):
        return ()
    words = (
        _("The end of the record is not where it was when this vault was last closed."),
        _(
            "Entries may have been taken out, or an older copy of the file put in its place. "
            "What is still here can be read and worked on; please tell the branch head, and have "
            "the vault verified (desk check) before anything is relied on."
        ),
    )
    return (Alarm("record", _("Entries are missing from the record"), words),)
