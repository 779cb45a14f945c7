"""Numbers without gaps, per series and year: vouchers, letters, receipts.

A number is taken inside the transaction of the row that bears it, so a rollback gives it back. The price is that two
transactions of the same series wait for one another; take the number as late in the transaction as possible.
"""

from zhibu.kernel.numbering.services import format_number, next_number

__all__ = ["format_number", "next_number"]
