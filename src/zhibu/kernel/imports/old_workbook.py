"""Old .xls workbooks, read in a process of their own.

A damaged .xls can make calamine ask for hundreds of gigabytes, and Rust then ends the process; a worker or web server
must outlive that. The child has a limit of memory and time, and answers with pickled sheets on its standard output.
"""

import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from zhibu.kernel.imports.refusal import SheetRefused
from zhibu.kernel.imports.workbook_xml import MAX_CELLS

_MEMORY = 2 * 1024**3
_SECONDS = 60
_PROTECTED = 3
_UNREADABLE = "文件打不开，可能已损坏。请用 Excel 或 WPS 打开原文件，另存为新的 .xlsx 后再上传。"
_LOCKED = "文件已加密，请先取消密码：用 Excel 或 WPS 打开，取消打开密码，保存后重新上传。"


class OldSheet(NamedTuple):
    """A sheet as calamine gives it: rows from A1 on, merged ranges as ((top, left), (bottom, right)) from 0."""

    name: str
    hidden: bool
    rows: list[list[object]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def read_old_workbook(path: Path) -> list[OldSheet]:
    """Return the worksheets of the .xls at `path`; raises SheetRefused when it cannot be read."""
    command = [sys.executable, "-m", "zhibu.kernel.imports.old_workbook", str(path)]
    try:
        child = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SheetRefused(_UNREADABLE) from error
    if child.returncode == _PROTECTED:
        raise SheetRefused(_LOCKED)
    if child.returncode != 0:
        raise SheetRefused(_UNREADABLE)
    return [OldSheet(*sheet) for sheet in pickle.loads(child.stdout)]


def main() -> int:
    """Read the workbook named on the command line; the exit code tells the parent what went wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with CalamineWorkbook.from_path(sys.argv[1]) as workbook:
            kinds = [sheet.typ for sheet in workbook.sheets_metadata]
            sheets = [_read(workbook, index) for index, kind in enumerate(kinds) if kind == SheetTypeEnum.WorkSheet]
    except PasswordError:
        return _PROTECTED
    sys.stdout.buffer.write(pickle.dumps([tuple(sheet) for sheet in sheets]))
    return 0


def _read(workbook: CalamineWorkbook, index: int) -> OldSheet:
    sheet = workbook.get_sheet_by_index(index)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise ValueError("too many cells")
    hidden = workbook.sheets_metadata[index].visible != SheetVisibleEnum.Visible
    rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    return OldSheet(sheet.name, hidden, rows, sheet.merged_cell_ranges or [])


if __name__ == "__main__":
    sys.exit(main())
