"""The points of the national curve SM2 (GB/T 32918.5-2017), as far as sealed ballots need them: add, multiply, write, read.

Plain Python: a multiplication takes about two milliseconds, and a ballot some thirty of them. Its time depends on the numbers, which only
somebody who already watches the running process could measure (docs/decisions/secret-ballots.md). Pure; no Django.
"""

from functools import cache

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
#: the order of the group, a prime
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3

#: (x, y), or None for the neutral element
Point = tuple[int, int] | None
#: (X, Y, Z) with x = X/Z², y = Y/Z³; Z = 0 is the neutral element
_Jacobian = tuple[int, int, int]
_NEUTRAL: _Jacobian = (1, 1, 0)

G: Point = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


class BadPoint(ValueError):
    """The text names no point of the curve."""


def on_curve(point: Point) -> bool:
    """Tell whether a pair of numbers is a point of the curve (the neutral element is)."""
    if point is None:
        return True
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def add(left: Point, right: Point) -> Point:
    """Return the sum of two points."""
    return _affine(_add(_jacobian(left), _jacobian(right)))


def negative(point: Point) -> Point:
    """Return the point that adds up with it to the neutral element."""
    return None if point is None else (point[0], -point[1] % P)


def multiply(factor: int, point: Point) -> Point:
    """Return `factor` times the point."""
    return _affine(_multiply(factor % N, point))


def combine(first: int, left: Point, second: int, right: Point) -> Point:
    """Return first × left + second × right."""
    tables = (_table(left), _table(right))
    total = _NEUTRAL
    for digits in zip(f"{first % N:064x}", f"{second % N:064x}", strict=True):
        for _ in range(4):
            total = _double(total)
        for digit, table in zip(digits, tables, strict=True):
            total = _add(total, table[int(digit, 16)])
    return _affine(total)


def write(point: Point) -> str:
    """Return a point as 66 hexadecimal digits (compressed), "00" for the neutral element."""
    if point is None:
        return "00"
    x, y = point
    return f"{2 + (y & 1):02x}{x:064x}"


def read(text: str) -> Point:
    """Return the point that `write` wrote; raises BadPoint."""
    if text == "00":
        return None
    if len(text) != 66 or text[:2] not in ("02", "03"):
        raise BadPoint("no point")
    try:
        x = int(text[2:], 16)
    except ValueError:
        raise BadPoint("no point") from None
    square = (x * x * x + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)  # P ≡ 3 (mod 4)
    if x >= P or y * y % P != square:
        raise BadPoint("not on the curve")
    return (x, y if (y & 1) == int(text[1]) & 1 else P - y)


def _jacobian(point: Point) -> _Jacobian:
    return _NEUTRAL if point is None else (point[0], point[1], 1)


def _affine(point: _Jacobian) -> Point:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return (x * square % P, y * square * inverse % P)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if z == 0:
        return _NEUTRAL
    delta, gamma = z * z % P, y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = ((y + z) * (y + z) - gamma - delta) % P
    return (x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, z3)


def _add(left: _Jacobian, right: _Jacobian) -> _Jacobian:
    x1, y1, z1 = left
    x2, y2, z2 = right
    if z1 == 0:
        return right
    if z2 == 0:
        return left
    s1, s2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * s2 % P, x2 * s1 % P
    v1, v2 = y1 * s2 * z2 % P, y2 * s1 * z1 % P
    if u1 == u2:
        return _double(left) if v1 == v2 else _NEUTRAL
    h, r = (u2 - u1) % P, (v2 - v1) % P
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return (x3, (r * (v - x3) - v1 * hhh) % P, h * z1 * z2 % P)


def _multiply(factor: int, point: Point) -> _Jacobian:
    table = _table(point)
    total = _NEUTRAL
    for digit in f"{factor:064x}":
        for _ in range(4):
            total = _double(total)
        total = _add(total, table[int(digit, 16)])
    return total


@cache
def _generator_table() -> list[_Jacobian]:
    return _make_table(G)


def _table(point: Point) -> list[_Jacobian]:
    if point is None:
        return [_NEUTRAL] * 16
    return _generator_table() if point == G else _make_table(point)


def _make_table(point: Point) -> list[_Jacobian]:
    table = [_NEUTRAL, _jacobian(point)]
    while len(table) < 16:
        table.append(_add(table[-1], table[1]))
    return table
