"""The sentences of `issuance.findings.backup`."""

from issuance.findings import FindingCode
from issuance.findings.backup import BackupCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    BackupCode.BACKUP_RECIPIENT_MALFORMED: N_(
        "{recipient} is not a recipient key. Please copy the whole key, which begins with age1, "
        "as `ventanilla backup-key` told it."
    ),
    BackupCode.BACKUP_IDENTITY_MALFORMED: N_(
        "{file} holds no key that opens backups. Please give the file with the line that begins "
        "with AGE-SECRET-KEY-1."
    ),
    BackupCode.BACKUP_FILE_EXISTS: N_(
        "There is already something at {file}, and a backup never replaces another one. Please "
        "choose another name."
    ),
    BackupCode.BACKUP_SOURCE_UNREADABLE: N_(
        "The office's file {file} cannot be read ({reason}), so no backup was made. Please check "
        "the disk and the permissions, and keep the earlier backups."
    ),
    BackupCode.BACKUP_UNREADABLE: N_(
        "{file} cannot be read ({reason}). Please check the name, the permissions and the disk."
    ),
    BackupCode.BACKUP_KEY_WRONG: N_(
        "This key does not open the backup: it was made for another key, or the beginning of the "
        "file was altered. Nothing was restored. Please look for the key that belongs to it, or "
        "take another copy of the file."
    ),
    BackupCode.BACKUP_DAMAGED: N_(
        "The file is no backup, or it was cut off or altered. Nothing was restored. Please take "
        "another copy of it, or an earlier backup."
    ),
    BackupCode.BACKUP_NOT_OF_AN_OFFICE: N_(
        "The file opens, but it does not hold a whole office ({part}). Nothing was restored. "
        "Please take a file that `ventanilla backup` made."
    ),
    BackupCode.BACKUP_NEWER: N_(
        "A newer version of the program made this backup (format {version}; this one knows "
        "{known}). Nothing was restored. Please update the program and try again."
    ),
    BackupCode.BACKUP_OF_SERVER: N_(
        "This office keeps data on a server ({part}), so a copy of its folder would not be whole. "
        "Please back up the database with pg_dump, the bucket with its own means, and the folder "
        "after both, as the guide says."
    ),
    BackupCode.RESTORE_LIST_OLDER: N_(
        "The revocation list has the number {number} and is older than the backup, which knows "
        "{known}. Nothing was restored. Please give the list published last."
    ),
    BackupCode.RESTORE_LIST_NUMBER: N_(
        "The revocation list has the number {number}, too large to count on from. Nothing was "
        "restored. Please give the list that this office published last."
    ),
    BackupCode.RESTORE_TARGET_TAKEN: N_(
        "There is already something in {folder}, and restoring never replaces an office. Please "
        "move it away or choose another folder."
    ),
}
