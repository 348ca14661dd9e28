"""What the sync page says of bundles, peers and what came, in the words people use."""

from collections.abc import Callable, Mapping
from datetime import datetime

from desk.domain.deliveries import Bundle
from desk.domain.exchange import Delivery, Profile
from desk.i18n import N_, _, language, ngettext
from desk.services import sentences
from desk.services.composition import file_words
from desk.services.sync import PeerState, States
from desk.services.sync_imports import Imported
from desk.services.sync_offers import Offer
from desk.ui import theme
from desk.ui.models.rows import Column

_STATES: Mapping[Delivery, tuple[str, theme.Tone]] = {
    "exported": (N_("Exported"), "amber"),
    "delivered": (N_("Delivered"), "primary"),
    "confirmed": (N_("Confirmed there"), "green"),
}
"""已导出 · 已送达 · 已确认: three states that are never mixed."""
_MEANS: Mapping[Delivery, str] = {
    "exported": N_("The file was written here. Nobody has said yet that it arrived."),
    "delivered": N_("The other side has read it. Its receipt is not here yet."),
    "confirmed": N_("The other side has it, and said so with its signature."),
}
_PROFILES: Mapping[Profile, str] = {
    "full": N_("Everything"),
    "deidentified": N_("De-identified"),
    "off": N_("Nothing"),
}
_WIDTHS = {"zh": (108, 92, 110), "en": (112, 108, 110)}
"""Of when, state and for whom; the contents have what is left."""


def state(found: Delivery) -> tuple[str, theme.Tone]:
    """The state of a bundle, as a chip."""
    name, tone = _STATES[found]
    return _(name), tone


def meaning(found: Delivery) -> str:
    """What a state says and does not say."""
    return _(_MEANS[found])


def profile(found: Profile) -> str:
    """What leaves, in a word."""
    return _(_PROFILES[found])


def moment(wall_ms: int) -> str:
    """Month, day and minute of the branch's clock."""
    return datetime.fromtimestamp(wall_ms / 1000).strftime("%m-%d %H:%M")  # noqa: DTZ006 - local


def contents(events: int, cases: int, files: int) -> str:
    """How much is in a bundle."""
    parts = []
    if cases:
        parts.append(ngettext("{n} case", "{n} cases", cases).format(n=f"{cases:,}"))
    parts.append(ngettext("{n} entry", "{n} entries", events).format(n=f"{events:,}"))
    if files:
        parts.append(ngettext("{n} attachment", "{n} attachments", files).format(n=f"{files:,}"))
    return " · ".join(parts)


def bundle_columns(name: Callable[[str], str]) -> tuple[Column[Bundle], ...]:
    """The columns of the list of bundles; `name` tells what a peer is called."""
    when, where, whom = _WIDTHS[language()]
    return (
        Column("when", _("When"), lambda one: moment(one.at_ms), when),
        Column(
            "state",
            _("State"),
            lambda one: state(one.state)[0],
            where,
            tone=lambda one: state(one.state)[1],
        ),
        Column("to", _("For"), lambda one: name(one.peer), whom),
        Column("what", _("Contents"), lambda one: contents(one.events, one.cases, one.files)),
    )


def headline(found: States) -> tuple[str, theme.Tone]:
    """How the exchange stands, in one line."""
    active = [one for one in found.peers if one.peer.active]
    if not active:
        return _("Not joined with head office or another computer yet"), "amber"
    late = sum(one.is_late for one in active)
    if late:
        told = ngettext("{n} receipt is overdue", "{n} receipts are overdue", late)
        return told.format(n=late), "red"
    waiting = sum(one.state != "confirmed" for each in active for one in each.bundles)
    if waiting:
        told = ngettext("{n} file is not confirmed yet", "{n} files are not confirmed yet", waiting)
        return told.format(n=waiting), "amber"
    return _("Everything that was sent is confirmed"), "green"


def told() -> str:
    """What the three states say."""
    return _("Exported: written here. Delivered: read there. Confirmed: their receipt is here.")


def heard(one: PeerState) -> str:
    """When something of a peer last came."""
    if one.heard is None:
        return _("Nothing came from there yet")
    return _("Last heard {when}").format(when=one.heard.strftime("%m-%d %H:%M"))


def waiting(one: PeerState) -> str:
    """How much of what complaints are has not been confirmed yet."""
    told = ngettext(
        "{n} entry of complaints not confirmed",
        "{n} entries of complaints not confirmed",
        one.waiting,
    )
    return told.format(n=f"{one.waiting:,}") if one.waiting else _("All complaints confirmed")


def size(count: int) -> str:
    """Bytes as people say them."""
    return file_words.size(count)


def outcome(one: Imported) -> str:
    """What became of a file that came, as a sentence."""
    if one.fault is not None:
        return f"{one.name}: {sentences.sentence(one.fault)}"
    if one.outcome == "again":
        return _("{name}: was here before; nothing changed.").format(name=one.name)
    if one.outcome == "read":
        return _("{name}: head office has read that file; its receipt follows.").format(
            name=one.name
        )
    parts = [contents(one.events, one.cases, 0)]
    if one.confirmed:
        told = ngettext("{n} file confirmed", "{n} files confirmed", one.confirmed)
        parts.append(told.format(n=one.confirmed))
    if one.offers:
        told = ngettext("{n} thing to decide", "{n} things to decide", one.offers)
        parts.append(told.format(n=one.offers))
    return _("{name}: taken in ({what}).").format(name=one.name, what=" · ".join(parts))


_OFFERS: Mapping[str, tuple[str, str, str]] = {
    "pack": (N_("Content pack"), N_("Install"), "book-open"),
    "calendar": (N_("Working days"), N_("Install"), "calendar"),
    "message": (N_("Message of head office"), N_("Read"), "megaphone"),
    "transfer": (N_("Case passed on"), N_("Take it over"), "arrow-left-right"),
}


def offer(one: Offer) -> tuple[str, str, str]:
    """What an offer is, the word on its button, and its icon."""
    name, do, icon = _OFFERS[one.what]
    return _(name), _(do), icon
