"""Cells as the user sees them in Excel: columns by letter, rows from 1."""

from functools import cache


@cache
def column_letter(index: int) -> str:
    """Return the letters of a column counted from 0: 0 -> "A", 3 -> "D", 26 -> "AA"."""
    if index < 0:
        raise ValueError("columns count from 0")
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Return the column counted from 0 of its letters: "A" -> 0, "AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell from its row and column counted from 0: (1, 3) -> "D2"."""
    return f"{column_letter(column)}{row + 1}"
