"""The sentences of `issuance.findings.sources`."""

from issuance.findings import FindingCode
from issuance.findings.sources import SourceCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    SourceCode.NO_CAMERA: N_(
        "No camera is set up at this station. Please choose a file, or have the camera command set "
        "in the settings."
    ),
    SourceCode.CAMERA_COMMAND_WRONG: N_(
        "This camera command cannot be used. Please write the program with its options, each "
        "quotation mark closed, and {placeholder} where the photo's file name belongs."
    ),
    SourceCode.CAMERA_NOT_FOUND: N_(
        "The camera program “{program}” is not installed on this computer. Please install it, or "
        "choose a file."
    ),
    SourceCode.CAMERA_FAILED: N_(
        "The camera program “{program}” ended with error {status}. Please check that the camera is "
        "plugged in and not in use, and try again."
    ),
    SourceCode.CAMERA_TOO_SLOW: N_(
        "The camera program “{program}” took more than {seconds} seconds and was stopped. Please "
        "check the camera and try again."
    ),
    SourceCode.CAMERA_NO_PHOTO: N_(
        "The camera program “{program}” left no photo. Please check the camera command in the "
        "settings."
    ),
    SourceCode.DROP_FOLDER_UNUSABLE: N_(
        "The folder “{folder}” cannot be watched ({reason}). Please choose an existing folder by "
        "its whole path in the settings."
    ),
    SourceCode.FILE_ROOT_UNUSABLE: N_(
        "Files cannot be chosen in the folder “{folder}” ({reason}). Please name an existing "
        "folder by its whole path."
    ),
    SourceCode.NO_CLEAN_COPY: N_(
        "No safe copy can be made of this file on this computer. Please look at it here, or "
        "install the page renderer (ventanilla doctor says how)."
    ),
}
