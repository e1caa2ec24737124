"""The sentences of `issuance.findings.remote`."""

from issuance.findings import FindingCode
from issuance.findings.remote import RemoteCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    RemoteCode.SERVER_UNREACHABLE: N_(
        "The server {server} cannot be reached, so nothing was saved. Please check the network "
        "and try again; what you typed is kept."
    ),
    RemoteCode.SERVER_TOO_SLOW: N_(
        "The server did not answer within {seconds} seconds. Please try again in a moment; what "
        "you typed is kept."
    ),
    RemoteCode.SERVER_BUSY: N_(
        "The server is busy now. Please try again in a minute; what you typed is kept."
    ),
    RemoteCode.SERVER_ANSWER_UNREADABLE: N_(
        "What answered is not the server of this program (status {status}). Please try again, "
        "and tell the administrator if it continues."
    ),
    RemoteCode.SERVER_REFUSED: N_(
        "The server did not take this (status {status}). Please tell the administrator; what you "
        "typed is kept."
    ),
    RemoteCode.CERTIFICATE_OF_SERVER_REFUSED: N_(
        "The server {server} could not prove who it is, so nothing was sent. Please tell the "
        "administrator: its certificate, or the authority this station trusts, is not right."
    ),
    RemoteCode.CERTIFICATE_OF_STATION_REFUSED: N_(
        "The server {server} does not accept this station's certificate. Please tell the "
        "administrator, who can connect the station anew."
    ),
    RemoteCode.OUTCOME_UNKNOWN: N_(
        "The connection broke off before the server told whether this was saved. The "
        "program finds out once there is a connection, and to do it again saves nothing twice."
    ),
    RemoteCode.OUTCOME_SAVED: N_(
        "The connection is back: what was in doubt ({kind}) was saved. Nothing is to be done again."
    ),
    RemoteCode.OUTCOME_NOT_SAVED: N_(
        "The connection is back: what was in doubt ({kind}) was not saved. Please look at "
        "the case and do it again if it is still right."
    ),
    RemoteCode.SESSION_OVER: N_(
        "Your session at the server has ended. Please log in again; what you typed is kept as a "
        "draft."
    ),
    RemoteCode.SERVER_POLICY_DIFFERS: N_(
        "The server works by the rules {there}, this computer has {here}. Please update this "
        "program; until then nobody can work here."
    ),
    RemoteCode.OFFICE_DIFFERS: N_(
        "This computer belongs to another office than the one that answers there (“{office}”). "
        "Please tell the administrator."
    ),
    RemoteCode.SERVER_ADDRESS_INVALID: N_(
        "This is no address of a server. Please type it as https://name or "
        "https://name:port, or as unix: and the path of a socket of this computer."
    ),
    RemoteCode.CONNECTION_FILE_UNREADABLE: N_(
        "The file “{file}”, which tells how the server is reached, cannot be read. Please tell "
        "the administrator, who can connect this computer anew."
    ),
    RemoteCode.STATION_KEY_WITHHELD: N_(
        "The server does not release the key of this computer's drafts. Please tell the "
        "administrator."
    ),
}
