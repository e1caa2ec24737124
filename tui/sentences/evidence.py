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
