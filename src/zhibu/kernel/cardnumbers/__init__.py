"""Card numbers as readers write them, brought into one normal form; pure."""

from zhibu.kernel.cardnumbers.normal import FORMATS, CardNumberError, normalize

__all__ = ["FORMATS", "CardNumberError", "normalize"]
