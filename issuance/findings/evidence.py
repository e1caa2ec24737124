"""What can be wrong with a photo, a document or a proof of payment."""

from typing import Final

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
    #: Something that is no part of the file follows its end. `bytes`, `threshold`: how many may.
    TRAILING_DATA = "TRAILING_DATA"
    #: The file ends with what a telephone adds to its photos: a moving picture, or data of its
    #: maker's gallery. `kind`: motion_photo or samsung. `bytes`.
    PHONE_TRAILER = "PHONE_TRAILER"
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

    # What is measured carries `value`, `threshold` and `engine` (program and version), so that a
    # decision can be explained years later.

    #: The picture is too dark to see anything. Measured: per cent of dark pixels, at most.
    DARK = "DARK"
    #: The picture is too dark on the whole. Measured: mean luma (0 to 255), at least.
    DIM = "DIM"
    #: The picture is blown out. Measured: per cent of white pixels.
    OVEREXPOSED = "OVEREXPOSED"
    #: Light and shade hardly differ. Measured: luma between the 1st and the 99th percentile.
    LOW_CONTRAST = "LOW_CONTRAST"
    #: The picture is blurred. Measured: what halving takes from the strongest edges, in
    #: thousandths of the contrast.
    BLUR = "BLUR"
    #: A small picture was enlarged. Measured as BLUR.
    UPSCALED = "UPSCALED"
    #: The JPEG is compressed beyond use. Measured: its quality, 1 to 100.
    COMPRESSION = "COMPRESSION"
    #: Plain stripes surround the picture, as in a screenshot. Measured: per cent of the picture.
    BORDERS = "BORDERS"
    #: The picture resembles one brought for another applicant. `other`: whose, as the case or file.
    #: `value`, `threshold`: bits of the fingerprints that differ, at most.
    DUPLICATE = "DUPLICATE"

    #: No strict decoder is installed: damage inside the photo must be looked for. `engine`.
    DAMAGE_NOT_CHECKED = "DAMAGE_NOT_CHECKED"
    #: No face finder is installed: a person must look. `engine`: what is missing.
    FACES_NOT_CHECKED = "FACES_NOT_CHECKED"
    #: No face was found.
    NO_FACE = "NO_FACE"
    #: Only a face on a card was found, not the person.
    NO_LIVE_FACE = "NO_LIVE_FACE"
    #: No identity card with a portrait was found beside the person.
    NO_CARD = "NO_CARD"
    #: There is a card with a portrait, and its edges are not seen well enough to tell its size.
    CARD_NOT_CLEAR = "CARD_NOT_CLEAR"
    #: The card is too small in the picture. `value`, `threshold`: width in pixels.
    CARD_TOO_SMALL = "CARD_TOO_SMALL"
    #: The card shows no portrait: covered, blank or its back.
    CARD_PORTRAIT_HIDDEN = "CARD_PORTRAIT_HIDDEN"
    #: The back of the card is shown instead of its front.
    CARD_BACK = "CARD_BACK"
    #: More people than the applicant are in the picture. `value`: how many faces too many;
    #: `threshold`: how many may be.
    EXTRA_FACE = "EXTRA_FACE"
    #: The face is cut by the edge of the picture.
    FACE_CUT = "FACE_CUT"
    #: Something hides part of the face.
    FACE_OCCLUDED = "FACE_OCCLUDED"
    #: The face is much darker than its surroundings. Measured: mean luma of the face.
    DARK_FACE = "DARK_FACE"
    #: The head is turned aside. Measured: offset of the nose in per cent.
    POSE = "POSE"
    #: The person seems to wear glasses. Measured: share in per cent.
    GLASSES = "GLASSES"
    #: The person seems to wear dark glasses.
    SUNGLASSES = "SUNGLASSES"
    #: The person seems to wear a cap or hat. Measured: skin above the eyes in per cent.
    HEADWEAR = "HEADWEAR"
    #: A passport-size portrait instead of the person with the card. Measured: face, per cent of
    #: the picture's height.
    PASSPORT_STYLE = "PASSPORT_STYLE"
    #: The picture or page lies on its side or upside down. `value`: degrees clockwise to turn it.
    ROTATED = "ROTATED"
    #: The two faces look alike by measurement (advice only). `value`, `threshold`.
    FACES_CONSISTENT = "FACES_CONSISTENT"
    #: The comparison of the two faces decides nothing (advice only). `value`.
    FACES_UNDECIDED = "FACES_UNDECIDED"
    #: The two faces differ by measurement: look closely (advice only). `value`, `threshold`.
    FACE_MISMATCH = "FACE_MISMATCH"
    #: The card's portrait is too small to be compared. `value`, `threshold`: pixels.
    FACE_TOO_SMALL_TO_COMPARE = "FACE_TOO_SMALL_TO_COMPARE"

    #: No text reader is installed: the number must be compared by eye. `engine`.
    NUMBER_NOT_CHECKED = "NUMBER_NOT_CHECKED"
    #: The number on the card could not be read: it must be compared by eye.
    NUMBER_NOT_READ = "NUMBER_NOT_READ"
    #: The number on the card was read and is the application's.
    NUMBER_MATCHES = "NUMBER_MATCHES"
    #: Another number than the application's was read on the card. `read`.
    NUMBER_MISMATCH = "NUMBER_MISMATCH"
    #: The number read on the card has a wrong check digit. `read`.
    NUMBER_INVALID = "NUMBER_INVALID"

    #: No page renderer is installed: a person must open the document. `engine`.
    PAGES_NOT_CHECKED = "PAGES_NOT_CHECKED"
    #: The scan is too coarse to be read. `page`, `value`, `threshold`: dots per inch.
    LOW_DPI = "LOW_DPI"
    #: The document shows the front of the card and not its back.
    BACK_MISSING = "BACK_MISSING"
    #: The document shows the back of the card and not its front.
    FRONT_MISSING = "FRONT_MISSING"
    #: No text reader is installed: the card's machine-readable zone must be compared by eye.
    #: `engine`.
    MRZ_NOT_CHECKED = "MRZ_NOT_CHECKED"
    #: Reading the card took too much work and was ended before everything was read. `engine`.
    READING_TOO_LONG = "READING_TOO_LONG"
    #: No machine-readable zone was found.
    NO_MRZ = "NO_MRZ"
    #: A machine-readable zone is there and cannot be read safely.
    MRZ_UNREADABLE = "MRZ_UNREADABLE"
    #: The older Ecuadorian card, whose machine-readable zone no check digit protects. `engine`.
    CARD_OLD_FORMAT = "CARD_OLD_FORMAT"
    #: A check digit of the machine-readable zone is wrong. `item`: which field it protects.
    MRZ_CHECK_DIGIT = "MRZ_CHECK_DIGIT"
    #: The machine-readable zone was read and all its check digits are right.
    MRZ_READ = "MRZ_READ"
    #: The card says otherwise than the application. `item`: number, birth_date, sex, nationality,
    #: names, issuer. `read`, `expected`.
    CARD_DIFFERS = "CARD_DIFFERS"
    #: The card and the application agree on a field. `item`.
    CARD_AGREES = "CARD_AGREES"
    #: The number printed on the card and the one in its machine-readable zone differ. `read`.
    CARD_CONTRADICTS_ITSELF = "CARD_CONTRADICTS_ITSELF"
    #: The card has expired. `expiry` (a date).
    CARD_EXPIRED = "CARD_EXPIRED"

    #: Our own checking process does not start: no file can be checked now.
    CHECK_UNAVAILABLE = "CHECK_UNAVAILABLE"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    """The file cannot be opened: name, reason (an errno name)."""
    FILE_NOT_REGULAR = "FILE_NOT_REGULAR"
    """What was named is a folder or a device, not a file: name."""


REMARKS: Final = frozenset({
    EvidenceCode.EXIF_ROTATED, EvidenceCode.EXIF_GPS, EvidenceCode.PROGRESSIVE,
    EvidenceCode.MULTI_FRAME, EvidenceCode.PHONE_TRAILER, EvidenceCode.NUMBER_MATCHES,
    EvidenceCode.CARD_AGREES, EvidenceCode.MRZ_READ, EvidenceCode.FACES_CONSISTENT,
    EvidenceCode.FACES_UNDECIDED, EvidenceCode.FACE_TOO_SMALL_TO_COMPARE,
})  # fmt: skip
"""Codes that only inform: another file would change nothing about them."""
