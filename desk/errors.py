"""The error tree: faults of the world that a person can be told about.

Everything that is not a :class:`KnownError` is a bug and is treated as one. No sentences here:
`desk.services.sentences` holds them, in both languages, by code.
"""

from collections.abc import Mapping


class KnownError(Exception):
    """A fault of the world, not of the program: a code and the parameters its sentence needs.

    MUST NOT carry personal data of a customer in its parameters; they may reach a log.
    """

    code = "known"

    def __init__(self, code: str | None = None, **params: object) -> None:
        self.code = code or type(self).code
        self.params: Mapping[str, object] = params
        super().__init__(self.code, dict(params))


class WrongPassword(KnownError):
    """The password opens none of the vault's key slots; `wait` seconds before the next attempt."""

    code = "wrong_password"


class TooSoon(KnownError):
    """After so many wrong passwords the next may be tried in `wait` seconds."""

    code = "too_soon"


class RecoveryMistyped(KnownError):
    """The code of the recovery sheet was typed with a slip in the group of this number."""

    code = "recovery_mistyped"


class NoRoom(KnownError):
    """The disk at `path` has no room for a second copy of the vault (`needed`, `free` in MB)."""

    code = "no_room"


class VaultMissing(KnownError):
    """There is no vault at the path given (`path`)."""

    code = "vault_missing"


class KeysMissing(KnownError):
    """The vault at `path` is there, but not the key file beside it, without which nothing opens."""

    code = "keys_missing"


class KeysAlone(KnownError):
    """At `path` there is the key file of a vault, but not the vault itself."""

    code = "keys_alone"


class VaultDamaged(KnownError):
    """The vault or its header cannot be read (`path`, `reason`)."""

    code = "vault_damaged"


class VaultTooNew(KnownError):
    """The vault was written by a newer version of the program (`path`, `revision`)."""

    code = "vault_too_new"


class VaultExists(KnownError):
    """A vault is already at the path where a new one was to be made (`path`)."""

    code = "vault_exists"


class VaultBusy(KnownError):
    """Something else is at the file of the vault (`path`): a virus scanner, a backup program."""

    code = "vault_busy"


class VaultHeld(VaultBusy):
    """Another copy of this program has the vault open (`path`): only such a copy takes its lock."""

    code = "vault_held"


class VaultOpenHere(VaultBusy):
    """Another window of this person on this computer holds the vault, and was sent for."""

    code = "vault_open_here"


class DiskFull(KnownError):
    """Nothing more can be written at `path`."""

    code = "disk_full"


class PackInvalid(KnownError):
    """A content pack breaks its schema; `faults` is a tuple of `file:line: reason` strings."""

    code = "pack_invalid"


class BadInput(KnownError):
    """A file or argument from a person or another program is not usable (`reason`, `where`)."""

    code = "bad_input"


class NotAllowed(KnownError):
    """The rules of the case refuse the step now (`reason` is a key of the domain)."""

    code = "not_allowed"


class CaseUnknown(KnownError):
    """No case of this number or id is in the vault (`case`)."""

    code = "case_unknown"


class GlyphMissing(KnownError):
    """No font at hand has these characters (`characters`), so the document was not written."""

    code = "glyph_missing"


class VaultReadOnly(KnownError):
    """The vault or its folder may not be written (`path`)."""

    code = "vault_read_only"


class VaultUnreachable(KnownError):
    """The disk that holds the vault does not answer (`path`, `reason`)."""

    code = "vault_unreachable"


class NotAttached(KnownError):
    """A file was not attached to a case: too large, empty, not readable, or of no known kind."""

    code = "not_attached"


class AttachmentLost(KnownError):
    """The file of an attachment is not beside the vault, or not what was put there (`reason`)."""

    code = "attachment_lost"


class CannotWrite(KnownError):
    """A file may not be written or replaced at `path` (`reason`): no right, or held open."""

    code = "cannot_write"


class FolderMissing(CannotWrite):
    """The file `path` cannot be written because its `folder` does not exist."""

    code = "folder_missing"


class NotRecorded(KnownError):
    """A report could not be recorded in its case, so it was not put at `path` (`why`: words)."""

    code = "not_recorded"


class NoDisplay(KnownError):
    """There is no screen here to open a window on."""

    code = "no_display"


class NotStored(KnownError):
    """What `person` typed before the lock is not on the disk: only they may go on."""

    code = "not_stored"


class NotReplaced(KnownError):
    """What is at `path` is of another kind than the file that should take its place."""

    code = "not_replaced"


class Refused(KnownError):
    """The system would not do what was asked at `path` (`reason`, in its words)."""

    code = "refused"


class OutputLost(KnownError):
    """Standard output takes no more (`reason`): the answer was not told in full."""

    code = "output_lost"


class Halted(KnownError):
    """Somebody asked a long task to stop; nothing was changed by it."""

    code = "halted"


class BackupFailed(KnownError):
    """A backup could not be written at `path` (`reason`, in the system's words)."""

    code = "backup_failed"


class BackupUnsound(KnownError):
    """The backup `name` is not what was written (`reason`: technical, in English)."""

    code = "backup_unsound"


class BackupMissing(KnownError):
    """There is no backup `name` (or none at all, without a name) in the folder `path`."""

    code = "backup_missing"


class BackupBusy(KnownError):
    """A backup is being made or tried already in the folder `path`."""

    code = "backup_busy"


class BundleRefused(KnownError):
    """A bundle or other file for exchange was not taken (`reason`, and what the sentence needs).

    Nothing of it was kept. Reasons: `not_ours` (no bundle at all), `too_new`, `cut` (shorter than
    it says), `changed` (hash or signature wrong), `not_for_us`, `unknown_sender`, `revoked`,
    `gap` (an earlier bundle is missing: `device`, `after`, `have`), `fork` (another history with
    the same numbers: `device`, `seq`), `too_large`, `part_missing` (`parts`: numbers),
    `part_foreign` and `part_changed` (`parts`: names), `off` (the profile lets nothing out); at
    head office also `unapproved`, `unknown_branch`, `profile` (more than was asked for).
    """

    code = "bundle_refused"


class BundleUnread(KnownError):
    """A file for exchange could not be read to its end at `path` (`reason`); nothing was taken."""

    code = "bundle_unread"


class BundleUnwritten(KnownError):
    """A file for exchange could not be written at `path` (`reason`); what was there stays."""

    code = "bundle_unwritten"


class HubUnreachable(KnownError):
    """Head office's database does not answer or lets nobody in (`database`, `reason`: a code)."""

    code = "hub_unreachable"


class HubForeign(KnownError):
    """The database at `database` belongs to the hub of another vault."""

    code = "hub_foreign"
