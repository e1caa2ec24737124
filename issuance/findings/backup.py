"""Codes of what can go wrong with a backup of an office and with its restoring."""

from issuance.findings import FindingCode


class BackupCode(FindingCode):
    """Why a backup was not made, or an office not restored from one."""

    BACKUP_RECIPIENT_MALFORMED = "BACKUP_RECIPIENT_MALFORMED"
    """What was given is not a recipient key: recipient."""
    BACKUP_IDENTITY_MALFORMED = "BACKUP_IDENTITY_MALFORMED"
    """The key file holds no identity that opens backups: file."""
    BACKUP_FILE_EXISTS = "BACKUP_FILE_EXISTS"
    """There is a file of that name already: file."""
    BACKUP_SOURCE_UNREADABLE = "BACKUP_SOURCE_UNREADABLE"
    """A file of the office cannot be read, so the backup would lack it: file, reason."""
    BACKUP_UNREADABLE = "BACKUP_UNREADABLE"
    """The backup's file, or the key file, cannot be read: file, reason."""
    BACKUP_KEY_WRONG = "BACKUP_KEY_WRONG"
    """The backup was made for another key, or its first line was altered."""
    BACKUP_DAMAGED = "BACKUP_DAMAGED"
    """The file is no backup, or was cut off or altered."""
    BACKUP_NOT_OF_AN_OFFICE = "BACKUP_NOT_OF_AN_OFFICE"
    """The file opens, but does not hold an office: part."""
    BACKUP_NEWER = "BACKUP_NEWER"
    """A newer version of the program made the backup: version, known."""
    BACKUP_OF_SERVER = "BACKUP_OF_SERVER"
    """The office keeps its data on a server, which has backups of its own: part."""
    RESTORE_LIST_OLDER = "RESTORE_LIST_OLDER"
    """The revocation list given is older than the backup: number, known."""
    RESTORE_LIST_NUMBER = "RESTORE_LIST_NUMBER"
    """The revocation list's number is too large to count on from: number."""
    RESTORE_TARGET_TAKEN = "RESTORE_TARGET_TAKEN"
    """Where the office would be restored there is something already: folder."""
