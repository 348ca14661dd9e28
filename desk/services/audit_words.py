"""The sentence of the audit trail for each kind of event, in words for who was not there.

Case events are told as the course of a case tells them (`desk.services.history_words`), except
where that says what somebody wrote: the trail says that, and never what. What happens to the vault
itself is told only here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from desk.domain import events as ev
from desk.domain import sync_events as sync
from desk.domain.audit import Trace
from desk.domain.content import Pack
from desk.domain.events import Payload
from desk.domain.exchange import fingerprint
from desk.domain.intake import definition_for, fields_of, is_filled
from desk.domain.staff import Person
from desk.i18n import N_, _, ngettext
from desk.services import history_words
from desk.services.composition import file_words
from desk.services.composition.tongue import Tongue

_HEX_SHOWN = 12
_PACK = "pack"
"""Settings under this name keep what a version of a pack held when it was first used."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event in words; `alarming` when it should be looked into."""

    what: str
    detail: str = ""
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to tell events of cases of one pack."""

    pack: Pack
    people: Mapping[str, Person]
    tongue: Tongue

    def person(self, key: str) -> str:
        """A person's name with the staff number, by which two of one name are told apart."""
        found = self.people.get(key)
        return f"{found.name} {key}" if found and found.name else key

    def role(self, key: str) -> str:
        """What a role is called; its key where the pack does not know it."""
        found = next((role for role in self.pack.roles if role.key == key), None)
        return self.tongue.of(found.name) if found else key

    def field(self, path: str) -> str:
        """A field's label, after the name of its group."""
        at = definition_for(self.pack.steps, path)
        label = self.tongue.of(at.definition.label) if at else _("Earlier entry")
        group, parts, _rest = path.partition("/")
        return self.tongue.beside(self.item(group), label) if parts else label

    def item(self, group: str) -> str:
        """What an item of a repeated group is called."""
        for at in fields_of(self.pack.steps):
            if at.group is not None and at.group.key == group:
                return self.tongue.of(at.group.item)
        return _("Earlier entry")


def told(trace: Trace, teller: Teller) -> Told:
    """An event in words, every one of them: a trail leaves nothing out."""
    if trace.payload is None:
        return Told(_("An entry this version cannot read"), trace.kind, alarming=True)
    return _tell(trace.payload, teller)


@singledispatch
def _tell(payload: Payload, teller: Teller) -> Told:
    """Case events that hold nothing anybody wrote are told as in the course of the case."""
    telling = history_words.Telling(teller.pack, teller.people, teller.tongue)
    said = history_words.tell(payload, telling)
    return Told(payload.kind) if said is None else Told(said.what, said.detail)


@_tell.register
def _field_set(payload: ev.FieldSet, teller: Teller) -> Told:
    words = _("Cleared: {field}")
    # What was sealed reads None here, whether it was filled in or cleared.
    if payload.personal or is_filled(payload.value):
        words = _("Wrote: {field}")
    return Told(words.format(field=teller.field(payload.field)))


@_tell.register
def _item_removed(payload: ev.ItemRemoved, teller: Teller) -> Told:
    return Told(_("Taken out: {item}").format(item=teller.item(payload.group)))


@_tell.register
def _step_entered(payload: ev.StepEntered, teller: Teller) -> Told:
    step = next((s for s in teller.pack.steps if s.number == payload.step), None)
    name = teller.tongue.of(step.name) if step else str(payload.step)
    return Told(_("Went to step {number}, {name}").format(number=payload.step, name=name))


@_tell.register
def _noted(payload: ev.Noted, teller: Teller) -> Told:
    return Told(_("Wrote an internal note"))


@_tell.register
def _attached(payload: ev.Attached, teller: Teller) -> Told:
    kind = file_words.kind(payload.media, teller.tongue)
    return Told(_("Attachment added"), teller.tongue.beside(kind, file_words.size(payload.size)))


@_tell.register
def _revealed(payload: ev.Revealed, teller: Teller) -> Told:
    if payload.field.startswith("attachment/"):
        return Told(_("Opened an attachment"))
    return Told(_("Looked at in full: {field}").format(field=teller.field(payload.field)))


@_tell.register
def _person_put(payload: ev.PersonPut, teller: Teller) -> Told:
    words = (
        _("{person} works here as {role}") if payload.active else _("{person} works here no more")
    )
    who = f"{payload.name} {payload.person}"
    return Told(words.format(person=who, role=teller.role(payload.role)))


_SLOTS = {
    ("person", "added"): N_("A password for {person} was set"),
    ("person", "removed"): N_("The password of {person} was taken away"),
    ("person", "renewed"): N_("The password of {person} was changed"),
    ("recovery", "added"): N_("A recovery sheet was made"),
    ("recovery", "removed"): N_("The recovery sheet was made void"),
    ("recovery", "renewed"): N_("A new recovery sheet was made; the old one is void"),
    ("head_office", "added"): N_("Head office's key was let in"),
    ("head_office", "removed"): N_("Head office's key was taken out"),
    ("head_office", "renewed"): N_("Head office's key was replaced"),
}


@_tell.register
def _slot_changed(payload: ev.SlotChanged, teller: Teller) -> Told:
    words = _(_SLOTS[payload.slot, payload.change])
    return Told(words.format(person=teller.person(payload.person)))


@_tell.register
def _key_rotated(payload: ev.KeyRotated, teller: Teller) -> Told:
    return Told(_("The vault was encrypted anew under a fresh key"))


@_tell.register
def _unlocked(payload: ev.Unlocked, teller: Teller) -> Told:
    what = {
        "person": _("Opened the vault"),
        "recovery": _("Opened the vault with the recovery sheet"),
        "head_office": _("Opened the vault with head office's key"),
    }[payload.slot]
    failed = ngettext(
        "{n} wrong password before that", "{n} wrong passwords before that", payload.failed
    )
    detail = failed.format(n=payload.failed) if payload.failed else ""
    return Told(what, detail, alarming=payload.failed > 0 or payload.slot != "person")


@_tell.register
def _locked(payload: ev.Locked, teller: Teller) -> Told:
    what = {
        "hand": _("Locked the vault"),
        "idle": _("The vault locked itself, nobody being there"),
        "end": _("Closed the vault"),
    }
    return Told(what[payload.why])


@_tell.register
def _case_seen(payload: ev.CaseSeen, teller: Teller) -> Told:
    return Told(_("Looked at the case"))


@_tell.register
def _printed(payload: ev.Printed, teller: Teller) -> Told:
    what = {
        "internal": _("Printed the report: internal copy"),
        "customer": _("Printed the report: copy for the complainant"),
    }
    return Told(what[payload.copy])


@_tell.register
def _exported(payload: ev.Exported, teller: Teller) -> Told:
    what = {
        "ledger": _("Exported the ledger"),
        "case": _("Exported the case"),
        "audit": _("Exported the audit trail"),
        "keeping": _("Exported the list of what is kept"),
        "pack": _("Exported a content pack"),
        "attachment": _("Saved a copy of an attachment"),
        "bundle": _("Exported a bundle for another computer"),
        "rescue": _("Exported what could be rescued"),
        "figures": _("Exported statistics"),
    }
    lines = ngettext("{n} line", "{n} lines", payload.count).format(n=f"{payload.count:,}")
    detail = teller.tongue.beside(payload.format.upper(), lines, _digest(payload.sha256))
    return Told(what[payload.what], detail)


@_tell.register
def _backed_up(payload: ev.BackedUp, teller: Teller) -> Told:
    why = {
        "time": _("when it was due"),
        "hand": _("as asked"),
        "risk": _("before a risky step"),
    }[payload.why]
    return Told(_("Backed up and checked"), teller.tongue.beside(why, _events(payload.events)))


@_tell.register
def _restore_tried(payload: ev.RestoreTried, teller: Teller) -> Told:
    detail = teller.tongue.beside(payload.name, _events(payload.events))
    if payload.fault:
        return Told(_("A trial restore failed"), detail, alarming=True)
    return Told(_("A trial restore succeeded"), detail)


@_tell.register
def _restored(payload: ev.Restored, teller: Teller) -> Told:
    lost = ngettext("{n} entry lost", "{n} entries lost", payload.lost).format(n=payload.lost)
    detail = teller.tongue.beside(payload.name, lost if payload.lost else "")
    return Told(_("The vault was restored from a backup"), detail, alarming=True)


@_tell.register
def _clock_stepped(payload: ev.ClockStepped, teller: Teller) -> Told:
    if payload.state == "right":
        return Told(_("The computer's clock is believed again"))
    seconds = abs(payload.before_ms - payload.now_ms) // 1000
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    back = teller.tongue.beside(
        ngettext("{n} day", "{n} days", days).format(n=days) if days else "",
        f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}",
    )
    if payload.state == "ahead":
        return Told(_("The computer's clock was far ahead"), back, alarming=True)
    return Told(_("The computer's clock was set back"), back, alarming=True)


@_tell.register
def _setting_put(payload: ev.SettingPut, teller: Teller) -> Told:
    area, _dot, rest = payload.key.partition(".")
    if area == _PACK:
        return Told(_("A content pack was used for the first time"), rest)
    return Told(_("A setting of the branch was changed"), f"{payload.key} = {payload.value}")


@_tell.register
def _pack_installed(payload: ev.PackInstalled, teller: Teller) -> Told:
    return Told(_("A content pack was installed"), payload.stamp)


@_tell.register
def _checked(payload: ev.Checked, teller: Teller) -> Told:
    if not payload.findings:
        return Told(_("The vault was verified: everything is whole"))
    found = ngettext("{n} fault", "{n} faults", payload.findings).format(n=payload.findings)
    return Told(_("The vault was verified: faults were found"), found, alarming=True)


@_tell.register
def _swept(payload: ev.Swept, teller: Teller) -> Told:
    backups = ngettext("{n} backup", "{n} backups", payload.backups).format(n=payload.backups)
    files = ngettext("{n} attachment", "{n} attachments", payload.attachments)
    detail = teller.tongue.beside(backups, files.format(n=payload.attachments))
    return Told(_("Files past their keeping time were removed"), detail)


@_tell.register
def _keys_shown(payload: sync.KeysShown, teller: Teller) -> Told:
    mark = fingerprint(payload.sign_key, payload.age_key)
    return Told(_("This computer got keys for exchanging files"), mark)


@_tell.register
def _peer_put(payload: sync.PeerPut, teller: Teller) -> Told:
    mark = fingerprint(payload.sign_key, payload.age_key)
    if not payload.active:
        words = _("No more files are exchanged with {name}")
    elif payload.type == "hub":
        words = _("Head office {name} was approved for exchanging files")
    else:
        words = _("The computer {name} was approved for exchanging files")
    return Told(words.format(name=payload.name or payload.peer), mark)


@_tell.register
def _bundle_made(payload: sync.BundleMade, teller: Teller) -> Told:
    profile = {
        "full": _("personal details included"),
        "deidentified": _("de-identified"),
        "off": "",
    }[payload.profile]
    cases = ngettext("{n} case", "{n} cases", payload.cases).format(n=f"{payload.cases:,}")
    counted = (_events(payload.events), cases, profile, _digest(payload.sha256))
    return Told(_("Exported for exchange"), teller.tongue.beside(payload.name, *counted))


@_tell.register
def _bundle_delivered(payload: sync.BundleDelivered, teller: Teller) -> Told:
    how = {"mark": _("by its mark"), "hand": _("as somebody says")}[payload.how]
    detail = teller.tongue.beside(how, _digest(payload.sha256))
    return Told(_("An exported file was delivered"), detail)


@_tell.register
def _bundle_taken(payload: sync.BundleTaken, teller: Teller) -> Told:
    what = {"bundle": _("Took in a file of exchange"), "receipt": _("Took in a receipt")}
    cases = ngettext("{n} case", "{n} cases", payload.cases).format(n=f"{payload.cases:,}")
    counted = (_events(payload.events), cases) if payload.type == "bundle" else ()
    confirmed = ngettext("{n} file confirmed", "{n} files confirmed", len(payload.confirmed))
    words = confirmed.format(n=len(payload.confirmed)) if payload.confirmed else ""
    detail = teller.tongue.beside(payload.name, *counted, words, _digest(payload.sha256))
    return Told(what[payload.type], detail)


_ACTS = {
    "made": N_("Head office: made"),
    "enrolled": N_("Head office: enrolled the branch {branch}"),
    "approved": N_("Head office: approved a computer of {branch}"),
    "revoked": N_("Head office: revoked a computer of {branch}"),
    "replaced": N_("Head office: replaced a computer of {branch}"),
    "imported": N_("Head office: took in a file of {branch}"),
    "quarantined": N_("Head office: set a file of {branch} aside"),
    "settled": N_("Head office: settled a file of {branch} that was set aside"),
    "receipt": N_("Head office: wrote a receipt for {branch}"),
    "published": N_("Head office: put something out for {branch}"),
    "stated": N_("Head office: made statistics"),
}
_ALARMING_ACTS = frozenset({"revoked", "quarantined"})


@_tell.register
def _hub_acted(payload: sync.HubActed, teller: Teller) -> Told:
    what = _(_ACTS[payload.act]).format(branch=payload.branch or _("all branches"))
    events = _events(payload.events) if payload.events else ""
    detail = teller.tongue.beside(payload.detail, events)
    return Told(what, detail, alarming=payload.act in _ALARMING_ACTS)


def _digest(sha256: str) -> str:
    return f"SHA-256 {sha256[:_HEX_SHOWN]}…" if sha256 else ""


def _events(number: int) -> str:
    return ngettext("{n} entry", "{n} entries", number).format(n=f"{number:,}")
