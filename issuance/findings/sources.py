from issuance.findings import FindingCode


class SourceCode(FindingCode):
    """What is wrong with a source of files at a station, or with a copy to be taken away."""

    #: No camera command is set at this station.
    NO_CAMERA = "NO_CAMERA"
    #: The camera command cannot be taken. reason: quotes, file, long; placeholder.
    CAMERA_COMMAND_WRONG = "CAMERA_COMMAND_WRONG"
    #: The camera program is not installed. program.
    CAMERA_NOT_FOUND = "CAMERA_NOT_FOUND"
    #: The camera program ended with an error. program, status.
    CAMERA_FAILED = "CAMERA_FAILED"
    #: The camera program did not end in time and was stopped. program, seconds.
    CAMERA_TOO_SLOW = "CAMERA_TOO_SLOW"
    #: The camera program ended well and left no photo. program.
    CAMERA_NO_PHOTO = "CAMERA_NO_PHOTO"
    #: The drop folder cannot be watched. folder, reason: absolute, missing, link, an errno name.
    DROP_FOLDER_UNUSABLE = "DROP_FOLDER_UNUSABLE"
    #: Files cannot be chosen below this folder. folder, reason: as for the drop folder.
    FILE_ROOT_UNUSABLE = "FILE_ROOT_UNUSABLE"
    #: The file cannot be drawn anew (a PDF without a page renderer), so no copy is handed out.
    NO_CLEAN_COPY = "NO_CLEAN_COPY"
