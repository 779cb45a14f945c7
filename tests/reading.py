"""What stands in files that the platform makes, as a reader's program takes it out."""

import re
import subprocess

PAGES = re.compile(r"^Pages:\s+(\d+)$", re.M)


def pdf_text(body: bytes) -> str:
    """Return the text of a PDF as it stands on the page, then without gaps (cells break words), as laid out and as told.

    Needs pdftotext (package poppler-utils; .ci/run installs it).
    """
    laid_out, told = _text(body, "-layout"), _text(body, "-raw")
    return f"{laid_out}\n{''.join(laid_out.split())}\n{''.join(told.split())}"


def _text(body: bytes, how: str) -> str:
    return subprocess.run(["pdftotext", how, "-", "-"], input=body, capture_output=True, check=True).stdout.decode()


def pdf_pages(body: bytes) -> int:
    """Return the number of pages of a PDF."""
    done = subprocess.run(["pdfinfo", "-"], input=body, capture_output=True, check=True)
    found = PAGES.search(done.stdout.decode())
    assert found, done.stdout
    return int(found[1])
