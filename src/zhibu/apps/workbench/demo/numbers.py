"""Numbers that are right in form and can belong to nobody."""

import random
from collections.abc import Callable
from datetime import date

from zhibu.kernel.identity.resident import check_character

#: 44 98 .. was never a region of GB/T 2260, so no living person holds such a number
REGION = "4498"
#: 154 is assigned to no operator, 0789 is no area code
MOBILE, LANDLINE = "154", "0789"
BIN = "6299"


class Numbers:
    """Hands out each number once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def _once(self, make: Callable[[], str]) -> str:
        while (number := make()) in self._used:
            pass
        self._used.add(number)
        return number

    def identity(self, birth: date, sex: str) -> str:
        """Return an identity number of that birth date and sex ("1" male, "2" female), its check character right."""

        def make() -> str:
            serial = self._rng.randrange(100) * 10 + self._rng.randrange(5) * 2 + (sex == "1")
            body = f"{REGION}{self._rng.randrange(1, 8):02d}{birth:%Y%m%d}{serial:03d}"
            return body + check_character(body)

        return self._once(make)

    def mobile(self) -> str:
        """Return a mobile number."""
        return self._once(lambda: f"{MOBILE}{self._rng.randrange(10**8):08d}")

    def landline(self) -> str:
        """Return a number with area code."""
        return self._once(lambda: f"{LANDLINE}-2{self._rng.randrange(10**6):06d}")

    def account(self) -> str:
        """Return a bank account of 19 digits that fails the Luhn check on purpose."""
        body = f"{BIN}{self._rng.randrange(10**14):014d}"
        double = (str(int(d) * 2) if n % 2 == 0 else d for n, d in enumerate(reversed(body)))
        right = -sum(sum(map(int, d)) for d in double) % 10
        return f"{body}{(right + 5) % 10}"
