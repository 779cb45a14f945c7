"""Month arithmetic of statutory time limits."""

from datetime import date

from dateutil.relativedelta import relativedelta


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (earlier when negative), rolled back to the month's end where it is missing.

    2026-01-31 + 1 month = 2026-02-28 (the convention of the rules on admission, article 7). Raises ValueError
    outside the years 1 to 9999.
    """
    return day + relativedelta(months=months)
