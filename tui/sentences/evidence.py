"""The sentences of `issuance.findings.evidence`."""

from issuance.findings import FindingCode
from issuance.findings.evidence import EvidenceCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    EvidenceCode.EMPTY: N_("The file is empty. Please choose another file or copy it again."),
    EvidenceCode.TOO_LARGE: N_(
        "The file has {size_kb} KB and at most {maximum_kb} KB are allowed. Please scan or save "
        "it again at a lower resolution."
    ),
    EvidenceCode.NOT_JPEG: N_(
        "This is not a JPG photo, whatever its name says (inside: {found}). Please save the "
        "photo as JPG or take it again."
    ),
    EvidenceCode.NOT_PDF: N_(
        "This is not a PDF, whatever its name says (inside: {found}). Please scan the document "
        "to PDF."
    ),
    EvidenceCode.NOT_PDF_OR_JPEG: N_(
        "The proof must be a PDF or a JPG, and this file is neither (inside: {found}). Please "
        "scan it or take a photo of it."
    ),
    EvidenceCode.TRUNCATED: N_(
        "The photo is incomplete: the file ends too early. Please copy it again from the camera "
        "or telephone, or take it again."
    ),
    EvidenceCode.TRAILING_DATA: N_(
        "Data that does not belong to it follows the end of the file ({bytes} bytes). Please "
        "save or scan it again; on a telephone, switch off moving photos first."
    ),
    EvidenceCode.PHONE_TRAILER: N_(
        "The telephone added data of its own behind the photo ({kind}, {bytes} bytes). Copies are "
        "made without it."
    ),
    EvidenceCode.CORRUPT: N_(
        "The photo is damaged inside. Please copy it again from the camera or telephone, or take "
        "it again."
    ),
    EvidenceCode.UNUSUAL_JPEG: N_(
        "This is a rare kind of JPG that not every program can show. Please save it as an "
        "ordinary JPG or take the photo again."
    ),
    EvidenceCode.PIXEL_BOMB: N_(
        "The photo claims to have {width} x {height} pixels, more than the {maximum_megapixels} "
        "million allowed. It was not opened. Please take it again at a normal size."
    ),
    EvidenceCode.TOO_SMALL: N_(
        "The photo has {width} x {height} pixels; each side needs at least {minimum}. Please "
        "take it again, or send the original instead of a reduced copy."
    ),
    EvidenceCode.CMYK: N_(
        "The photo is in printing colours (CMYK), so its colours may be wrong. Please look at it "
        "closely, or take it again."
    ),
    EvidenceCode.GRAYSCALE: N_(
        "The photo is in black and white. Please check that the person is recognisable, or take "
        "it again in colour."
    ),
    EvidenceCode.EXIF_ROTATED: N_("The photo was stored turned; it is shown upright."),
    EvidenceCode.EXIF_GPS: N_(
        "The photo tells where it was taken. Copies are made without the place."
    ),
    EvidenceCode.PROGRESSIVE: N_("The photo is a progressive JPG; nothing needs to be done."),
    EvidenceCode.MULTI_FRAME: N_("The file holds more than one picture; the first one counts."),
    EvidenceCode.DAMAGED: N_(
        "The file is damaged or incomplete and could not be read. Please copy, scan or save it "
        "again."
    ),
    EvidenceCode.LEADING_DATA: N_(
        "Data that does not belong to it stands before the PDF ({bytes} bytes). Please save or "
        "scan the document again."
    ),
    EvidenceCode.ENCRYPTED: N_(
        "The PDF is locked with a password. Please ask for a copy without a password or scan the "
        "document."
    ),
    EvidenceCode.ENCRYPTED_OWNER: N_(
        "The PDF opens but is protected against printing or changes. Please check that it is "
        "complete and readable."
    ),
    EvidenceCode.ACTIVE_CONTENT: N_(
        "The PDF holds scripts or actions that run by themselves ({name}). Please print it and "
        "scan it, or ask for another copy."
    ),
    EvidenceCode.EMBEDDED_FILE: N_(
        "Other files are attached inside the PDF. Please scan the document again, without "
        "attachments."
    ),
    EvidenceCode.BOMB: N_(
        "The PDF unpacks into far more than a scanned document. It was not opened any further. "
        "Please scan the document again."
    ),
    EvidenceCode.HUGE_IMAGE: N_(
        "An image in the PDF has {width} x {height} pixels, more than the {maximum_megapixels} "
        "million allowed. Please scan the document again at 200 to 300 dpi."
    ),
    EvidenceCode.NO_PAGES: N_("The PDF has no pages. Please scan the document again."),
    EvidenceCode.TOO_MANY_PAGES: N_(
        "The PDF has {pages} pages and at most {maximum} are allowed. Please scan only the pages "
        "asked for."
    ),
    EvidenceCode.PAGE_TOO_LARGE: N_(
        "Page {page} measures {width_mm} x {height_mm} mm; at most {maximum_mm} mm a side are "
        "allowed. Please scan the document again at its real size."
    ),
    EvidenceCode.BLANK: N_(
        "Page {page} seems blank. Please check that the document was scanned on the right side."
    ),
    EvidenceCode.DARK: N_("The photo is too dark. Please take it again facing a window or a lamp."),
    EvidenceCode.DIM: N_(
        "The whole photo has too little light. Please take it again facing a window or a lamp."
    ),
    EvidenceCode.OVEREXPOSED: N_(
        "The photo is too bright: face and card can hardly be seen. Please take it again "
        "without flash and away from direct sun."
    ),
    EvidenceCode.LOW_CONTRAST: N_(
        "The photo is pale, as through fog. Please wipe the lens and take it again in even light."
    ),
    EvidenceCode.BLUR: N_(
        "The photo is blurred. Please hold the camera still, wait until it is in focus, and "
        "take it again."
    ),
    EvidenceCode.UPSCALED: N_(
        "A small picture was enlarged and shows no more than the small one. Please bring the "
        "original photo, not a copy from a chat or a web page."
    ),
    EvidenceCode.COMPRESSION: N_(
        "The photo was compressed so much that details are gone (quality {value}, at least "
        "{threshold}). Please bring the original file."
    ),
    EvidenceCode.BORDERS: N_(
        "Plain stripes fill {value} % of the picture, as in a screenshot. Please bring the "
        "photo itself, or cut the stripes away."
    ),
    EvidenceCode.DUPLICATE: N_(
        "The photo resembles another one ({other}). Please compare both: if that one is another "
        "applicant's, take a new photo of this person."
    ),
    EvidenceCode.DAMAGE_NOT_CHECKED: N_(
        "Damage inside the photo was not looked for, because {engine} is not installed. Please "
        "look at the whole photo for stripes and grey patches."
    ),
    EvidenceCode.FACES_NOT_CHECKED: N_(
        "The faces were not checked here, because {engine} is not installed. Please look "
        "yourself: one person, face uncovered, and the card's front beside it."
    ),
    EvidenceCode.NO_FACE: N_(
        "No face was found. Please take a photo of the person holding the card beside the face."
    ),
    EvidenceCode.NO_LIVE_FACE: N_(
        "Only the portrait on a card was found, not the person. Please take a photo of the person "
        "holding the card beside the face."
    ),
    EvidenceCode.NO_CARD: N_(
        "No card with a portrait was found beside the person. Please hold the front of the card "
        "beside the face, the portrait uncovered."
    ),
    EvidenceCode.CARD_NOT_CLEAR: N_(
        "The card is in the photo but its edges are not clearly seen, so it was not measured. "
        "Please look whether the whole card can be seen and read."
    ),
    EvidenceCode.CARD_TOO_SMALL: N_(
        "The card is too small to be read. Come closer: it is {value} px wide and {threshold} are "
        "needed."
    ),
    EvidenceCode.CARD_PORTRAIT_HIDDEN: N_(
        "A card was found, but no portrait on it. Please show its front and keep the fingers off "
        "the portrait."
    ),
    EvidenceCode.CARD_BACK: N_(
        "The card shows its back. Please turn it round, so that portrait and number are seen."
    ),
    EvidenceCode.EXTRA_FACE: N_(
        "Other people are in the picture ({value}). Please take the photo again with the "
        "applicant alone."
    ),
    EvidenceCode.FACE_CUT: N_(
        "The edge of the picture cuts the face. Please take the photo again with the whole head "
        "in it."
    ),
    EvidenceCode.FACE_OCCLUDED: N_(
        "Something seems to cover part of the face: a mask, a hand or the card. Please take the "
        "photo again with the face free."
    ),
    EvidenceCode.DARK_FACE: N_(
        "The face is in the shade. Please take the photo again with the light in front, not behind."
    ),
    EvidenceCode.POSE: N_(
        "The head seems to be turned aside. Please take the photo again, looking straight at the "
        "camera."
    ),
    EvidenceCode.GLASSES: N_(
        "The person seems to wear glasses. Please look, and take the photo again without them if "
        "so."
    ),
    EvidenceCode.SUNGLASSES: N_(
        "The person seems to wear dark glasses. Please look, and take the photo again without "
        "them if so."
    ),
    EvidenceCode.HEADWEAR: N_(
        "The person seems to wear a cap or hat. Please look, and take the photo again without it "
        "if so."
    ),
    EvidenceCode.PASSPORT_STYLE: N_(
        "This seems to be a passport-size portrait: the face fills {value} % of the height and "
        "there is no card. Please take a photo of the person holding the card."
    ),
    EvidenceCode.ROTATED: N_(
        "The picture or page lies on its side or upside down; turned by {value} degrees clockwise "
        "it is upright. Please turn it and save it again."
    ),
    EvidenceCode.FACES_CONSISTENT: N_(
        "By measurement the person and the portrait on the card look alike (distance {value}, "
        "alike up to {threshold}). This is advice only: please compare them."
    ),
    EvidenceCode.FACES_UNDECIDED: N_(
        "The measurement cannot tell whether person and portrait are the same (distance {value}). "
        "Please compare them yourself."
    ),
    EvidenceCode.FACE_MISMATCH: N_(
        "By measurement the person and the portrait on the card differ (distance {value}, at most "
        "{threshold} expected). Please look closely whether the card is this person's."
    ),
    EvidenceCode.FACE_TOO_SMALL_TO_COMPARE: N_(
        "The portrait on the card is too small to be measured ({value} px, {threshold} are "
        "needed). Please compare it with the person yourself."
    ),
    EvidenceCode.NUMBER_NOT_CHECKED: N_(
        "The number on the card was not read, because {engine} is not installed. Please compare "
        "it with the application by eye."
    ),
    EvidenceCode.NUMBER_NOT_READ: N_(
        "The number on the card could not be read. Please compare it with the application by eye."
    ),
    EvidenceCode.NUMBER_MATCHES: N_("The number on the card is the application's."),
    EvidenceCode.NUMBER_MISMATCH: N_(
        "The card shows another number than the application: {read}. Please check whether the "
        "card is this person's and the application is right."
    ),
    EvidenceCode.NUMBER_INVALID: N_(
        "The number read on the card has a wrong check digit: {read}. Please look closely whether "
        "the card is genuine."
    ),
    EvidenceCode.PAGES_NOT_CHECKED: N_(
        "The pages could not be drawn here ({engine}), so nothing on them was checked. Please "
        "open the document and look at every page."
    ),
    EvidenceCode.LOW_DPI: N_(
        "Page {page} was scanned too coarsely: {value} dots per inch, and {threshold} are needed."
        " Please scan it again at 200 to 300."
    ),
    EvidenceCode.BACK_MISSING: N_(
        "The back of the card was not found. Please scan both sides, on one page or on two."
    ),
    EvidenceCode.FRONT_MISSING: N_(
        "The front of the card, with portrait and number, was not found. Please scan both sides, "
        "on one page or on two."
    ),
    EvidenceCode.MRZ_NOT_CHECKED: N_(
        "The lines with < on the back of the card were not read, because {engine} is not "
        "installed here. Please compare them with the application by eye."
    ),
    EvidenceCode.READING_TOO_LONG: N_(
        "Reading the card took too long and was ended before everything was read. Please compare "
        "the card with the application by eye, or scan it again, straight and sharp."
    ),
    EvidenceCode.NO_MRZ: N_(
        "The lines with < on the back of the card were not found. Please scan the back too, or "
        "compare an older card by eye."
    ),
    EvidenceCode.MRZ_UNREADABLE: N_(
        "The lines with < on the back of the card cannot be read safely. Please scan the card "
        "again, flat and sharp, or compare them by eye."
    ),
    EvidenceCode.CARD_OLD_FORMAT: N_(
        "This is a card of the old format: no check digit protects its lines with <. Please "
        "compare every field by eye."
    ),
    EvidenceCode.MRZ_CHECK_DIGIT: N_(
        "A check digit in the lines with < does not match: {item}. Please look closely whether "
        "the card is genuine, and scan it again."
    ),
    EvidenceCode.MRZ_READ: N_(
        "The lines with < on the back of the card were read, and all their check digits are right."
    ),
    EvidenceCode.CARD_DIFFERS: N_(
        "The card and the application differ: {item}. The card says {read}, the application "
        "{expected}. Please find out which is right."
    ),
    EvidenceCode.CARD_AGREES: N_("The card and the application agree: {item}."),
    EvidenceCode.CARD_CONTRADICTS_ITSELF: N_(
        "The number printed on the card ({read}) is not the one in its lines with <. Please check"
        " whether both sides belong to the same card and whether it is genuine."
    ),
    EvidenceCode.CARD_EXPIRED: N_("The card expired on {expiry}. Please ask for a valid one."),
    EvidenceCode.CHECK_UNAVAILABLE: N_(
        "Files cannot be checked on this computer at the moment; the file itself may be in "
        "order. Please try again, and tell the administrator if it stays so."
    ),
    EvidenceCode.FILE_UNREADABLE: N_(
        "The file {name} could not be opened ({reason}). Please check the path and that the stick "
        "is plugged in, or choose another file."
    ),
    EvidenceCode.FILE_NOT_REGULAR: N_(
        "{name} is a folder or a device, not a file. Please choose the file itself."
    ),
}
