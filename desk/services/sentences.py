"""What a person is told when the world is to blame: what happened, what is safe, what to do.

One sentence or two for every :class:`~desk.errors.KnownError`, in the language in force, for the
window and the command line alike. No Qt here, and no personal data.
"""

from collections.abc import Mapping

from desk.errors import KnownError
from desk.i18n import N_, _

_SENTENCES: Mapping[str, str] = {
    "known": N_("That did not work. What was stored is safe; please try again."),
    "wrong_password": N_("This password does not open the vault. Please check it and try again."),
    "wrong_approval": N_("This is not the password of the colleague chosen. Please try again."),
    "too_soon": N_("There were several wrong passwords. Please try again in {wait} seconds."),
    "recovery_mistyped": N_(
        "Group {group} of the recovery code does not hold. Please compare it with the sheet."
    ),
    "no_room": N_(
        "The vault needs {needed} MB of free space at {path} for this, and there are {free} MB. "
        "Nothing was changed; please free some space and try again."
    ),
    "vault_missing": N_("There is no vault at {path}. Choose another file, or set up a new vault."),
    "keys_missing": N_(
        "The vault at {path} is there, but the key file beside it ({path}.keys) is not, and "
        "nothing opens the vault without it. Please put it back from the last backup."
    ),
    "keys_alone": N_(
        "Only the key file of a vault is left at {path}; the vault itself is missing. Please put "
        "it back from the last backup, or choose another place for a new one."
    ),
    "vault_damaged": N_(
        "The vault at {path} cannot be read. It was left as it is; "
        "restore the last backup, or ask for support."
    ),
    "vault_too_new": N_(
        "The vault at {path} was written by a newer version of the program. "
        "It was left as it is; please update the program."
    ),
    "vault_exists": N_(
        "There is a vault at {path} already. It was left as it is; open it instead."
    ),
    "vault_busy": N_(
        "Another program is at the vault at {path}, such as a virus scanner or a backup program. "
        "Nothing was changed; please wait a minute and try again, or ask that it leaves the vault "
        "alone."
    ),
    "vault_held": N_(
        "Complaint Desk has the vault at {path} open already: in another window here, under "
        "another sign-in, or on another computer. Nothing was changed; please lock or close it "
        "there, and try again."
    ),
    "vault_open_here": N_(
        "The vault is open in another window on this computer, which was called to the front. "
        "Please go on there; this one may be closed."
    ),
    "vault_read_only": N_(
        "The vault at {path} may not be written here, so nothing new can be stored. "
        "What is in it is safe; please ask for the right to write there."
    ),
    "vault_unreachable": N_(
        "The disk with the vault at {path} does not answer, so the last change is not stored yet. "
        "Please check the disk or the connection and try again."
    ),
    "cannot_write": N_(
        "The file {path} cannot be written; it may be open elsewhere. "
        "The case is stored; please close the file or choose another place."
    ),
    "folder_missing": N_(
        "{path} was not written: there is no folder {folder}. "
        "Please choose another place, or make the folder first."
    ),
    "not_recorded": N_(
        "The report could not be recorded in the case, so no file was left at {path}. {why}"
    ),
    "not_stored": N_(
        "Something that No. {person} typed could not be stored yet and waits behind this page. "
        "Please ask them to unlock it first, or look to the disk."
    ),
    "too_many_lines": N_(
        "These are more than {most} lines. Please choose a shorter period or fewer kinds."
    ),
    "list_not_recorded": N_(
        "That a list leaves could not be recorded, so no file was left at {path}. {why}"
    ),
    "not_replaced": N_(
        "What is at {path} is a file of another kind and was left as it is. "
        "Please choose another name."
    ),
    "refused": N_("The computer would not do this at {path}: {reason}. What was stored is safe."),
    "output_lost": N_("The answer could not be written out in full: {reason}"),
    "disk_full": N_(
        "There is no room left at {path}, so the last change is not stored yet. "
        "Everything before it is safe; please free some space and try again."
    ),
    "not_attached": N_("The file was not attached. {reason}"),
    "attachment_lost": N_(
        "This attachment cannot be opened: {reason} Everything else in the case is whole; "
        "please look for the file in a backup."
    ),
    "halted": N_("It was stopped as asked. Nothing was changed."),
    "backup_failed": N_(
        "No backup could be made at {path}: {reason} "
        "The vault and the earlier backups are as they were."
    ),
    "backup_unsound": N_(
        "The backup {name} is not what was written and was not used ({reason}). "
        "Please choose another one."
    ),
    "backup_missing": N_(
        "There is no backup at {path}. Please choose the folder that holds the backups."
    ),
    "backup_busy": N_("A backup is under way already. Please wait until it is done."),
    "bundle_refused": N_("The file was not taken in, and nothing was changed. {reason}"),
    "bundle_unread": N_(
        "The file at {path} could not be read to its end: {reason} Nothing of it was taken in; "
        "please check the stick or the connection and try again."
    ),
    "bundle_unwritten": N_(
        "The file {path} could not be written: {reason} What is stored here is safe and will go "
        "along the next time; please check the stick or the folder and export again."
    ),
    "hub_unreachable": N_(
        "Head office's database {database} does not answer, or lets nobody in ({reason}). Nothing "
        "of this was stored there; please check the address, the password and the connection."
    ),
    "hub_foreign": N_(
        "The database {database} belongs to another head office vault. It was left as it is; "
        "please open that vault, or choose an empty database."
    ),
    "pack_invalid": N_(
        "The content pack has faults and was not loaded. The pack in use stays in force. {faults}"
    ),
    "bad_input": N_("This input cannot be used: {reason} {where}"),
    "no_display": N_(
        "There is no display here to open a window on. `desk demo --out demo/` works without one."
    ),
    "not_allowed": N_("This is not possible now. Nothing was changed. {reason}"),
    "case_unknown": N_("There is no case {case} in this vault. Please check the number."),
    "glyph_missing": N_(
        "No font here has the characters {characters}, so the document was not written. "
        "Add a font folder in the settings that has them; the case is stored."
    ),
}


_REASONS: Mapping[str, str] = {
    "disk_full": N_("there is no room left."),
    "read_only": N_("this place may not be written."),
    "unreachable": N_("the place does not answer."),
    "file_gone": N_("it is not there any more."),
    "not_ours": N_("It is not a file of this program. Please choose another one."),
    "too_new": N_(
        "It was written by a newer version of the program. Please update the program first."
    ),
    "unapproved": N_(
        "Its sender has not been approved at head office yet. It was set aside; please compare the "
        "fingerprint with the branch and approve the computer."
    ),
    "unknown_branch": N_(
        "The branch {branch} is not enrolled here. It was set aside; please enrol the branch, or "
        "ask where the file was meant to go."
    ),
    "profile": N_(
        "It holds more than head office asked this branch for. It was not taken in; please have it "
        "exported again after the branch has taken in its new enrolment."
    ),
    "no_hub": N_("This vault is not a head office. `desk hub init` makes it one."),
    "no_database": N_(
        "This is no address of a PostgreSQL database, such as "
        "postgresql+psycopg://desk@server/complaints, or its driver is not installed."
    ),
    "hub_elsewhere": N_(
        "This head office keeps its store elsewhere already. It was left as it is; another store "
        "would begin empty."
    ),
    "database_password": N_(
        "A password does not belong into the address. Please leave it out there and give it in "
        "PGPASSWORD or in the file .pgpass."
    ),
    "month": N_("This is no month; a month reads 2026-11, and a period has a first and a last:"),
    "axis": N_("Complaints are counted by different things, each named once:"),
    "too_many_codes": N_("This line stands for several codes; their cases cannot be told apart."),
    "no_such_branch": N_("There is no such branch. `desk hub status` lists them all:"),
    "keys": N_("A line has one key for each axis it is counted by, parted by commas:"),
    "no_file": N_("Please say which file to write:"),
    "quarter": N_("This is no quarter; a quarter reads 2026Q3."),
    "not_empty": N_("The folder is not empty; nothing in it was touched. Please name a new one:"),
    "branch_code": N_("A branch code is letters, digits and hyphens, no more than 64:"),
    "not_a_pack": N_("It is not a content pack as head office publishes it."),
    "not_on_shelf": N_("There is no such version here. `desk pack list` shows them all:"),
    "not_a_calendar": N_("It is not a year of working days as a content pack has them:"),
    "message": N_("A message needs a title of one line and a text."),
    "several_cases": N_(
        "More than one case of this branch has this number, so none was passed on. Please settle "
        "with the branch which one is meant:"
    ),
    "unknown_device": N_("No computer of this branch fits. `desk hub status` lists them all."),
    "fingerprint": N_(
        "The fingerprint is not that of this computer's keys. Nothing was approved; please compare "
        "it once more, by telephone."
    ),
    "not_kept": N_(
        "Only a second history that joins the first can be kept beside it. Please have everything "
        "exported again on that computer, or discard the file."
    ),
    "no_such_file": N_("No file is set aside under {where}. `desk hub status` lists them all."),
    "cut": N_("It is shorter than it was when written. Please have it copied again."),
    "changed": N_(
        "It is damaged, or was changed on the way. Please have it copied again, or exported again."
    ),
    "not_for_us": N_(
        "It was encrypted for somebody else. Please have it exported for this computer."
    ),
    "unknown_sender": N_(
        "Its sender has not been approved here. Please take in their card first, and compare the "
        "fingerprint with them."
    ),
    "revoked": N_(
        "Its sender was revoked here. Please ask head office or the head of the branch why."
    ),
    "gap": N_(
        "An earlier file is missing: after No. {have} of a device comes No. {after}. Please take "
        "in the earlier file first, or have all of it exported again."
    ),
    "fork": N_(
        "It tells another story from No. {seq} of a device on: somebody uses a copy of that "
        "computer, or put back an old backup. Please tell head office."
    ),
    "too_large": N_("It claims to hold more than any file of this program. Please report this."),
    "part_missing": N_("Parts are missing: {parts}. Please put all parts into one folder."),
    "part_foreign": N_(
        "Parts of another file are among them: {parts}. Please choose the parts of one file only."
    ),
    "part_changed": N_("Parts are damaged: {parts}. Please have these copied again."),
    "off": N_("Head office has asked that nothing leave this branch."),
    "other_branch": N_(
        "The file is for the branch {branch}, and this is another. Please ask for the file of this "
        "branch."
    ),
    "own_card": N_(
        "This is the card of this very computer. Please take it to the other one, and bring its "
        "card here."
    ),
    "peer_unknown": N_(
        "Nobody of this name was approved here. Please take in their card or enrolment first."
    ),
    "peer_ended": N_(
        "No more files are exchanged with them. Please approve them again first, if that is right."
    ),
    "bundle_unknown": N_("This computer has made no such file. Please choose one from the list."),
    "part_bytes": N_("Parts of this size cannot be made. Please choose larger ones."),
    "remind_days": N_("Please choose between 1 and 90 days."),
    "not_received": N_("Nothing of this kind is waiting here. Perhaps it was decided already."),
    "newer_version": N_(
        "Only a newer version of the program can read it. It stays where it is; please update the "
        "program first."
    ),
    "nothing_unsettled": N_("Nothing is left to look at. Perhaps a colleague has done it."),
    "not_an_object": N_("An object with named values is needed here."),
    "missing_key": N_("A value is missing here."),
    "unknown_key": N_("There is no value of this name."),
    "wrong_type": N_("The value is of the wrong kind."),
    "unknown_value": N_("The value is not one of those offered."),
    "contradiction": N_("Two values contradict each other."),
    "not_json": N_("This is not JSON."),
    "not_readable": N_("The file cannot be read."),
    "not_utf8": N_("This is not UTF-8 text."),
    "too_much": N_("This is more than {most} MB."),
    "no_anchor": N_("This file says nothing of this vault, or was changed since it was made."),
    "not_a_pdf": N_("The file is not a PDF that can be read."),
    "not_a_day": N_("This is no day; a day reads 2026-11-22."),
    "not_a_workbook": N_("The file is not an Excel workbook (.xlsx) that can be read."),
    "foreign_parts": N_(
        "The workbook holds macros, embedded files or links to other files and was not opened. "
        "Please save it as a plain .xlsx without them."
    ),
    "head_office_public": N_(
        "This is not a public key of head office: it begins with age1, as age-keygen prints it."
    ),
    "head_office_private": N_(
        "This is not a private key of head office: a file as age-keygen writes it is needed."
    ),
    "password_short": N_("The password needs 8 characters or more."),
    "password_is_number": N_("The staff number is no password."),
    "password_common": N_("This is one of the passwords that are tried first; choose another."),
    "staff_number": N_("A staff number is made of letters and digits, 32 at most."),
    "person_exists": N_("There is somebody with this staff number already."),
    "no_way_in": N_("This person has no password here yet."),
    "last_head": N_("A vault is never without a head of the branch who can open it."),
    "oneself": N_("Somebody else has to do this."),
    "heads_by_heads": N_("Only the head of the branch can do this for a head of the branch."),
    "clock_kind_unknown": N_("There is no clock of this kind."),
    "not_text": N_("A text is needed here."),
    "not_a_number": N_("A number is needed here."),
    "not_a_list": N_("A choice from the list is needed here."),
    "not_a_time": N_("A date is needed here."),
    "not_yes_no": N_("Yes or no is needed here."),
    "too_long": N_("The text is too long for this field."),
    "field_unknown": N_("The content pack has no such field."),
    "person_unknown": N_("There is nobody with this staff number."),
    "checklist_unknown": N_("The content pack has no such checklist."),
    "seeds_invalid": N_("The sample cases have faults:"),
    "setup_incomplete": N_("Something is still missing:"),
    "case_closed": N_("The case is closed. Reopen it first."),
    "case_open": N_("The case is open."),
    "missing": N_("{count} required entries are still open."),
    "gating": N_("{count} items of a checklist must be settled first."),
    "needs_reason": N_("Please give a reason."),
    "head_only": N_("Only the head of the branch may set this aside."),
    "item_mandatory": N_("This must be done in every such case."),
    "item_done": N_("This was done already. Open it again first."),
    "list_not_started": N_("This checklist has not begun yet."),
    "item_unknown": N_("The content pack has no such item."),
    "version_exists": N_("{version} is there already, and a version is never changed."),
    "version_malformed": N_("{version} is no name of a pack's version."),
    "role": N_("Your role does not include this. Please ask the head of the branch."),
    "not_yours": N_(
        "This case is somebody else's. Please ask them to hand it over, or the head of the branch."
    ),
    "concerned": N_(
        "This case concerns the person at the desk, who may not look into it or decide it. "
        "Please hand it over to a colleague."
    ),
    "taker_concerned": N_("The case concerns this colleague. Please choose somebody else."),
    "taker_role": N_("This colleague's role does not handle cases. Please choose somebody else."),
    "own_word": N_("Only the colleague who said that the case concerns them can take it back."),
    "open_cases": N_("{count} open cases are still theirs. Please hand them over first."),
    "needs_approval": N_("A second person has to approve this with their own password."),
    "nobody_approves": N_(
        "Nobody else who may approve this has a password here. Please add the branch head or the "
        "complaint officer first."
    ),
    "no_approver": N_("This colleague cannot approve it. Please ask another."),
    "rights_asserted": N_(
        "The customer asks for more than information: a sum, a right, or something to be done. "
        "That is a complaint and stays one."
    ),
    "not_a_picture": N_("The picture cannot be shown here; a copy can be saved."),
    "picture_large": N_("The picture is too large to be shown here; a copy can be saved."),
    "attachment_kind": N_(
        "Only pictures, PDF, sound recordings, Word and Excel files without macros and plain text "
        "can be kept here."
    ),
    "attachment_large": N_("It is larger than {most} MB."),
    "attachment_empty": N_("It is empty."),
    "attachment_unreadable": N_("It cannot be read; please check the stick or the folder."),
    "attachment_missing": N_("its file is not there any more."),
    "attachment_altered": N_("its file was changed or is damaged."),
    "attachment_unknown": N_("The case has no such attachment."),
    "case_forgotten": N_(
        "The personal details of this case were removed as the law requires, so nothing more can "
        "be kept in it."
    ),
    "forwarded": N_("An authority passed this on as a complaint, so it stays one."),
    "keeping_open": N_("The case is not closed yet; its time begins when it is."),
    "keeping_held": N_("The case is kept under a legal hold. Whoever set it can end it."),
    "keeping_undecided": N_(
        "Something in the case calls for a legal hold. Please set one, or note why none is needed."
    ),
    "keeping_due": N_(
        "The time of this file is over on {day} only. Before that, the person may ask for it, or "
        "the law."
    ),
    "keeping_floor": N_(
        "It must be kept for at least {years} years, until {day}, whoever asks: {article}."
    ),
    "reason_names": N_(
        "This reason names a person of the case and would stay readable. Please put it without "
        "names and numbers."
    ),
}
"""What the `reason` of a `bad_input` or `not_allowed` says; one that is not here is words."""


_LONGEST = 400


class _Words(dict[str, object]):
    """Parameters as words; one that was not given is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(error: KnownError) -> str:
    """What to tell a person about a known error."""
    msgid = _SENTENCES.get(error.code) or _SENTENCES["known"]
    words = _Words({name: _plain(value) for name, value in error.params.items()})
    reason = _REASONS.get(str(error.params.get("reason", "")))
    if reason is not None:
        words["reason"] = _(reason).format_map(words)
    elif error.code == "not_allowed":
        words["reason"] = ""
    return _(msgid).format_map(words).strip()


def unexpected() -> str:
    """What to tell a person about an error nobody foresaw."""
    return _("Something unforeseen happened. It was recorded, and the case is stored.")


def _plain(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return "; ".join(str(item) for item in value)
    words = str(value)
    # What stands there may be a stranger's file; a path is never longer than this.
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
