"""The two ways in which bad input is answered: the whole file is refused, or one cell is."""


class SheetRefused(Exception):
    """The file as a whole cannot be imported; the text is a Chinese sentence for the clerk."""


class CellError(Exception):
    """One cell cannot be taken as it stands; the text is a Chinese sentence that says what to do next."""
