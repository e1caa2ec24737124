"""What can be wrong with a photo, a document or a proof of payment."""

from issuance.findings import FindingCode


class EvidenceCode(FindingCode):
    """Why a file is refused, needs a person's eye, or is only remarked upon."""

    #: The file has no bytes.
    EMPTY = "EMPTY"
    #: The file is larger than the policy allows. `size_kb`, `maximum_kb`.
    TOO_LARGE = "TOO_LARGE"
    #: The photo is not a JPEG by its first bytes. `found`: PNG, PDF ... or `?`.
    NOT_JPEG = "NOT_JPEG"
    #: The document is not a PDF by its first bytes. `found`.
    NOT_PDF = "NOT_PDF"
    #: The proof of payment is neither PDF nor JPEG. `found`.
    NOT_PDF_OR_JPEG = "NOT_PDF_OR_JPEG"

    #: The JPEG ends before its picture does.
    TRUNCATED = "TRUNCATED"
    #: Something that is no part of the file follows its end. `bytes`.
    TRAILING_DATA = "TRAILING_DATA"
    #: The JPEG's structure or picture data is damaged.
    CORRUPT = "CORRUPT"
    #: A kind of JPEG that cameras do not make (lossless, arithmetic, 12 bits, many scans).
    UNUSUAL_JPEG = "UNUSUAL_JPEG"
    #: More pixels than the policy allows. `width`, `height`, `maximum_megapixels`.
    PIXEL_BOMB = "PIXEL_BOMB"
    #: The shorter side is too short. `width`, `height` (upright), `minimum`.
    TOO_SMALL = "TOO_SMALL"
    #: The picture is in printing colours.
    CMYK = "CMYK"
    #: The picture has no colour.
    GRAYSCALE = "GRAYSCALE"
    #: The picture was stored turned and is shown upright.
    EXIF_ROTATED = "EXIF_ROTATED"
    #: The picture says where it was taken; copies are made without it.
    EXIF_GPS = "EXIF_GPS"
    #: The picture is a progressive JPEG.
    PROGRESSIVE = "PROGRESSIVE"
    #: The file holds further pictures (depth, brightness); the first counts.
    MULTI_FRAME = "MULTI_FRAME"

    #: The file cannot be read. `reason`: structure, end, timeout, crashed.
    DAMAGED = "DAMAGED"
    #: Something precedes the PDF inside its file. `bytes`.
    LEADING_DATA = "LEADING_DATA"
    #: The PDF asks for a password, or is encrypted in a way nobody can check.
    ENCRYPTED = "ENCRYPTED"
    #: The PDF opens without a password but restricts its use.
    ENCRYPTED_OWNER = "ENCRYPTED_OWNER"
    #: The PDF holds scripts, actions or forms that act by themselves. `name`: the PDF key.
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    #: Other files are attached inside the PDF.
    EMBEDDED_FILE = "EMBEDDED_FILE"
    #: The PDF unpacks into far more data than a scanned document.
    BOMB = "BOMB"
    #: An image in the PDF is too large. `width`, `height`, `maximum_megapixels`.
    HUGE_IMAGE = "HUGE_IMAGE"
    #: The PDF has no pages.
    NO_PAGES = "NO_PAGES"
    #: The PDF has more pages than the policy allows. `pages`, `maximum`.
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    #: A page is larger than any paper we take. `page`, `width_mm`, `height_mm`, `maximum_mm`.
    PAGE_TOO_LARGE = "PAGE_TOO_LARGE"
    #: Nothing is drawn on a page. `page`.
    BLANK = "BLANK"

    #: Our own checking process does not start: no file can be checked now.
    CHECK_UNAVAILABLE = "CHECK_UNAVAILABLE"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    """The file cannot be opened: name, reason (an errno name)."""
    FILE_NOT_REGULAR = "FILE_NOT_REGULAR"
    """What was named is a folder or a device, not a file: name."""
