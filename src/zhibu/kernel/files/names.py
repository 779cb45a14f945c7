"""File names from strangers, made fit to be shown and to be offered as a download."""

import re
import unicodedata
from pathlib import PurePosixPath

EXTENSIONS = {
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "text/csv": ".csv",
}
SAME = {".jpg": {".jpg", ".jpeg", ".jfif"}, ".csv": {".csv", ".txt"}}
LONGEST = 80  # characters; 80 Chinese ones are 240 bytes, what file systems take
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def display_name(name: str, mime: str) -> str:
    """Return the name without folders, control and direction characters, not too long, with the content's extension.

    '..\\x\\程序.exe' of a JPEG -> '程序.jpg'; a name of which nothing is left -> '文件.jpg'.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # control (Cc), invisible and direction-turning (Cf), unassigned halves (Cs): they disguise a name
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    text = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", text)).strip(" .")
    wanted = EXTENSIONS.get(mime, "")
    path = PurePosixPath(text)
    suffix = path.suffix
    if wanted and suffix.lower() in SAME.get(wanted, {wanted}):
        stem = text[: -len(suffix)]
    else:
        # what looks like another type's extension goes; "3.5 会议" keeps its dot
        stem = path.stem if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix) else text
        suffix = wanted
    return (stem.strip(" .")[: LONGEST - len(suffix)].rstrip() or "文件") + suffix
