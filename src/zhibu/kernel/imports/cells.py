"""The parsers of cells, in one place: `parser(value, Context(today)) -> value | None`, or CellError with a sentence."""

from zhibu.kernel.imports.cell_choices import Choice, boolean, choice
from zhibu.kernel.imports.cell_dates import day
from zhibu.kernel.imports.cell_numbers import decimal, identity_number, integer, money, phone
from zhibu.kernel.imports.cell_text import Context, Parser, clean, many, person_name, required, staff_number, text
from zhibu.kernel.imports.refusal import CellError

__all__ = [
    "CellError",
    "Choice",
    "Context",
    "Parser",
    "boolean",
    "choice",
    "clean",
    "day",
    "decimal",
    "identity_number",
    "integer",
    "many",
    "money",
    "person_name",
    "phone",
    "required",
    "staff_number",
    "text",
]
