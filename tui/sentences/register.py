"""The sentences of `issuance.findings.register`."""

from issuance.findings import FindingCode
from issuance.findings.register import RegisterCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    RegisterCode.REGISTER_MISSING: N_(
        "There is no register at {path}. Please restore it from the last backup, or set up the "
        "office."
    ),
    RegisterCode.REGISTER_UNREADABLE: N_(
        "The register does not open: the key does not fit it, or the file is damaged. Please do"
        " not change anything and tell the administrator, who can restore the last backup."
    ),
    RegisterCode.REGISTER_OF_ANOTHER_OFFICE: N_(
        "This register belongs to another office ({office}). Please put back the register of "
        "this office."
    ),
    RegisterCode.REGISTER_NEWER: N_(
        "A newer version of the program wrote this register (tables {schema}). Please update "
        "the program on this computer."
    ),
    RegisterCode.REGISTER_BUSY: N_(
        "Another program is keeping the register locked. Nothing was changed. Please try again "
        "in a moment; if it goes on, close the other program."
    ),
    RegisterCode.REGISTER_DISK_FULL: N_(
        "There is no room left on the disk of the register. Nothing was changed. Please free "
        "some space and try again."
    ),
    RegisterCode.REGISTER_DISK_FAILS: N_(
        "The disk of the register fails, so this was not saved; what was saved before is kept. "
        "Please stop here and tell the administrator, who has to change the disk."
    ),
    RegisterCode.REGISTER_NOT_WRITABLE: N_(
        "The register cannot be written: its file or folder is protected. Nothing was changed. "
        "Please ask the administrator to correct the permissions."
    ),
    RegisterCode.REGISTER_UNREACHABLE: N_(
        "The register's database server does not answer. Nothing was changed. Please try again "
        "in a moment; if it goes on, tell the administrator."
    ),
    RegisterCode.REGISTER_OUTCOME_UNKNOWN: N_(
        "The register's database server was lost while it was saving, so it is not known "
        "whether this was saved. Please look at what is there now before you do it again."
    ),
    RegisterCode.REVISION_CONFLICT: N_(
        "Somebody else changed this meanwhile, so your change was not saved. Please look at "
        "what is there now and do it again if it is still needed."
    ),
    RegisterCode.CHECKPOINT_NOT_WRITTEN: N_(
        "Your work is saved, but the checkpoint {path} was not renewed. Please ask the "
        "administrator to check the disk and its permissions."
    ),
    RegisterCode.CHECKPOINT_FILE_MISSING: N_(
        "The checkpoint {path} is missing: a cut end would not be noticed. "
        "Please restore it from the backup."
    ),
    RegisterCode.CHECKPOINT_FILE_INVALID: N_(
        "The checkpoint {path} was altered or is not this office's. Please keep it elsewhere as "
        "evidence and tell the administrator."
    ),
    RegisterCode.LAST_CHECKPOINT: N_(
        "The last point known to be good is entry {seq}, recorded {at}, where the checkpoint was "
        "signed. Please restore a backup and verify that it reaches this entry."
    ),
    RegisterCode.CHECKPOINT_INVALID: N_(
        "The checkpoint of entry {seq} inside the register was not signed by this office or was"
        " altered. Please tell the administrator and compare with a backup."
    ),
    RegisterCode.CHECKPOINT_CONTRADICTED: N_(
        "Among the entries {seq} to {until} at least one is not the one that was signed. Please"
        " stop issuing, tell the administrator and compare with a backup."
    ),
    RegisterCode.PAGE_DAMAGED: N_(
        "Bytes of the register's file were changed or lost ({detail}). Please check the disk "
        "and restore the last backup."
    ),
    RegisterCode.ENTRY_UNREADABLE: N_(
        "The register can be read only up to a damaged place; the first entry lost is {seq}. "
        "Please check the disk and restore the last backup."
    ),
    RegisterCode.RECORD_UNREADABLE: N_(
        "All entries of the register can be read, but not everything that was made from them. "
        "Please check the disk and restore the last backup."
    ),
    RegisterCode.ENTRY_MISSING: N_(
        "The entries {seq} to {until} are missing. Please stop issuing, tell the administrator "
        "and compare with a backup."
    ),
    RegisterCode.ENTRY_CHANGED: N_(
        "Entry {seq} was changed after it was recorded. Please stop issuing, tell the "
        "administrator and compare with a backup."
    ),
    RegisterCode.ENTRY_MISFILED: N_(
        "Entry {seq} stands in a place it does not belong to. Please stop issuing, tell the "
        "administrator and compare with a backup."
    ),
    RegisterCode.PERSONAL_PART_CHANGED: N_(
        "The personal data of entry {seq} was changed after it was recorded. Please tell the "
        "administrator and compare with a backup."
    ),
    RegisterCode.PERSONAL_PART_MISSING: N_(
        "The personal data of entry {seq} is gone, and no erasure was recorded. Please tell the"
        " administrator and restore it from a backup."
    ),
    RegisterCode.PERSONAL_PART_NOT_PURGED: N_(
        "The personal data of entry {seq} was to be erased and is still there. Please ask the "
        "administrator to erase it again; an old backup may have brought it back."
    ),
    RegisterCode.HEAD_DIFFERS: N_(
        "The register says it ends at entry {recorded}, and its last entry is {last}. Please "
        "stop issuing, tell the administrator and compare with a backup."
    ),
    RegisterCode.TAIL_CUT: N_(
        "The end of the register was cut off: the entries {seq} to {until} existed and are "
        "gone. Please stop issuing, tell the administrator and restore the last backup."
    ),
    RegisterCode.STREAM_DIFFERS: N_(
        "The record {stream} counts {revision} entries and has {entries}. Please tell the "
        "administrator and compare with a backup."
    ),
    RegisterCode.STREAM_MISSING: N_(
        "Entry {seq} belongs to {stream}, whose own record is missing. Please tell the "
        "administrator and compare with a backup."
    ),
    RegisterCode.STATE_DIFFERS: N_(
        "What is shown for {stream} is not what its entries say. Please tell the administrator;"
        " until then rely on the history."
    ),
    RegisterCode.STATE_OF_OTHER_VERSION: N_(
        "{stream} was last computed by another version of the program and was not compared. It "
        "is renewed when it is next opened; nothing needs to be done."
    ),
    RegisterCode.CERTIFICATE_WITHOUT_INTENT: N_(
        "Nothing in the register allowed certificate {serial} to be signed. Please stop "
        "issuing, tell the administrator and consider revoking it."
    ),
    RegisterCode.CERTIFICATE_DIFFERS: N_(
        "Certificate {serial} is not the one that was intended and recorded. Please stop "
        "issuing, tell the administrator and compare with a backup."
    ),
    RegisterCode.STANDING_DIFFERS: N_(
        "Certificate {serial} stands revoked, suspended or good other than the register's events "
        "say. Please tell the administrator and compare the revocation list with a backup."
    ),
    RegisterCode.CERTIFICATE_NOT_OURS: N_(
        "Certificate {serial} was not signed by this office's authority. Please stop issuing, tell "
        "the administrator and consider revoking it."
    ),
    RegisterCode.SERIAL_TWICE: N_(
        "Two certificates have the serial {serial}. Please stop issuing and tell the administrator."
    ),
    RegisterCode.FILE_DAMAGED: N_(
        "The photo or document that entry {seq} names is missing or is not what was kept. Please "
        "check the disk and bring the folder of files back from a backup."
    ),
    RegisterCode.KEY_FILE_DAMAGED: N_(
        "The file “{file}” with keys of the office is missing, damaged or another office's. Please "
        "keep what is there, and take this file from the last backup that has it whole."
    ),
    RegisterCode.INDEX_DIFFERS: N_(
        "What the lists say of {index} is not what the register's events say. Please tell the "
        "administrator; until then rely on the history."
    ),
    RegisterCode.POLICY_VERSION_TWICE: N_(
        "Version {version} of the rules {policy} stands for two different contents. Please tell "
        "the administrator, and compare who brought each into force."
    ),
    RegisterCode.POLICY_FILES_CHANGED: N_(
        "The installed rules {policy} call themselves version {version}, and are not the files "
        "that two people brought into force. Please install the program anew."
    ),
    RegisterCode.INTENT_OPEN: N_(
        "Issuing certificate {serial} was begun and not finished. The program finishes it or "
        "gives it up by itself; please restart it if this message stays."
    ),
}
