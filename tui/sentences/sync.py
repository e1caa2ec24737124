"""The sentences of `issuance.findings.sync`."""

from issuance.findings import FindingCode
from issuance.findings.sync import SyncCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    SyncCode.SIGNATURE_WRONG: N_(
        "What arrived does not bear the signature it should bear, so it was not used. Please tell "
        "the administrator: this computer or the server may have been exchanged."
    ),
    SyncCode.NOT_CANONICAL: N_(
        "What arrived is not written as this version writes it, so it was not used. Please ask the "
        "administrator to install the same version here and on the server."
    ),
    SyncCode.STATION_UNNAMED: N_("Please give the station a name of at most 60 letters."),
    SyncCode.STATION_CODE_SHORT: N_(
        "The enrolment code has to have at least {minimum} characters. Please let the program make "
        "it."
    ),
    SyncCode.ENROLMENT_REFUSED: N_(
        "This enrolment code is not valid: it was typed wrong, used before, or is older than 24 "
        "hours. Please ask an administrator for a new one."
    ),
    SyncCode.STATION_UNKNOWN: N_(
        "The server does not know this station, or it was ended. Please ask an administrator to "
        "invite it."
    ),
    SyncCode.ENROLMENT_UNREADABLE: N_(
        "What this computer keeps of its enrolment cannot be read ({file}). Please check the disk "
        "and ask an administrator for a new code."
    ),
    SyncCode.STATION_FROZEN: N_(
        "The server has stopped this station ({cause}). What waits here is kept: please export it "
        "and ask an administrator to invite the station anew."
    ),
    SyncCode.STATION_REPLACED: N_(
        "This station was enrolled anew since, so this copy of it may not send anything. Please "
        "export what waits here and ask the administrator."
    ),
    SyncCode.STATION_FORKED: N_(
        "The server has another command under number {seq}: this station was copied or restored "
        "from a backup. It is stopped, and nothing is lost: please tell the administrator now."
    ),
    SyncCode.COMMAND_MISSING: N_(
        "The server expects command number {expected} first. The program sends it by itself; if "
        "this message stays, please tell the administrator."
    ),
    SyncCode.ONLINE_ONLY: N_(
        "This cannot be done without the server ({kind}). Please wait until the connection is "
        "back; everything entered so far is kept."
    ),
    SyncCode.LOGGED_IN_ALONE: N_(
        "You logged in without the server, so this cannot be done ({kind}). The server is there "
        "again: please log out and in."
    ),
    SyncCode.LEASE_ENDED: N_(
        "Without the server this station could work until {ended}. Now it only shows what it has: "
        "please connect it to the server."
    ),
    SyncCode.STATION_CERTIFICATE_REFUSED: N_(
        "The server takes only computers that are enrolled as stations, or have a certificate from "
        "the administrator. Please ask for an invitation and enrol this one."
    ),
    SyncCode.STATION_KEY_DUE: N_(
        "Somebody left the office, so this station gets a new key. Please log in again while the "
        "server can be reached; nothing recorded here is lost."
    ),
    SyncCode.LEASE_FULL: N_(
        "{most} new cases wait for the server: no more may be captured without it. Please connect "
        "this station to the server."
    ),
    SyncCode.OPERATOR_NOT_LEASED: N_(
        "“{user}” may not work at this station without the server. Please log in once while the "
        "server can be reached."
    ),
    SyncCode.CAPTURED_BY_FORMER_OPERATOR: N_(
        "“{user}”, who captured this, had left or had other roles when it arrived. Please check it "
        "with care."
    ),
    SyncCode.CLOCK_WRONG: N_(
        "The clock of the station was wrong by {seconds} seconds when this was captured. Please "
        "set it, and check the dates of this case."
    ),
    SyncCode.CLOCK_DIFFERS: N_(
        "The clock of this computer differs from the server's by {minutes} minutes. Please have it "
        "set: what is recorded here bears its time."
    ),
    SyncCode.STATION_CLOCK_WRONG: N_(
        "The clock of this computer differs from the server's by {seconds} seconds. Please set it; "
        "what waits here is kept and sent then."
    ),
    SyncCode.COMMAND_PARKED: N_(
        "The server could not handle this and keeps it for a person (error {reference}). Please "
        "tell the administrator; other cases go on."
    ),
    SyncCode.WAITS_FOR_COMMAND: N_(
        "This waits for an earlier step of the same case (number {seq}), which has to be settled "
        "first."
    ),
    SyncCode.WAITS_FOR_FILE: N_(
        "This waits for a file that has not arrived at the server yet ({sha256}). It is sent by "
        "itself."
    ),
    SyncCode.NOTHING_TO_MEND: N_(
        "Number {seq} needs no mending, or belongs to another case. Please look at the list again."
    ),
    SyncCode.SERVER_SET_BACK: N_(
        "The server's register is not the one this station saw before (entry {seq}): it was "
        "restored or changed. Nothing is sent: please tell the administrator now."
    ),
    SyncCode.DISK_FILLING: N_(
        "{free} MB are left on this computer's disk; under {least} MB nothing more is recorded "
        "here. Please make room in time, or call the administrator."
    ),
    SyncCode.DISK_ALMOST_FULL: N_(
        "Only {free} MB are left on this computer's disk; under {least} MB nothing more is "
        "recorded. What is recorded is safe: please make room, or call the administrator."
    ),
    SyncCode.WORK_FOR_ANOTHER_SERVER: N_(
        "This file was not made for this office's server, or it is no file of unsent work. Please "
        "look for the file the station wrote, and bring that one."
    ),
    SyncCode.WORK_UNREADABLE: N_(
        "This file of unsent work is damaged, so nothing of it was taken. Please export it once "
        "more at the station: nothing there is lost."
    ),
    SyncCode.NO_WORK_WAITS: N_("Nothing waits here: the server has everything."),
    SyncCode.RECEIPT_UNREADABLE: N_(
        "This is no receipt of a station, or not all of it. Please scan the square code once more, "
        "or type every letter and digit below it."
    ),
    SyncCode.NOTHING_TO_CONFIRM: N_(
        "Nothing of this case waits here: the server has it, and tells the applicant by mail."
    ),
    SyncCode.STATION_LOST: N_(
        "The office reported this computer lost, so the server takes nothing from it. Please "
        "bring it to the administrator."
    ),
    SyncCode.STATION_ERASED: N_(
        "The office reported this computer lost: what it kept of the office was erased. Please "
        "bring it to the administrator, who can enrol it anew."
    ),
}
