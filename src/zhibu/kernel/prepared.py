"""Questions that every page asks, put into words once: building a statement costs Django ten times what running it does.

    HELD = lru_cache(maxsize=2)(lambda day: prepare(rows.filter(account_id=HOLES[0], since__lte=day).values_list("path")))
    for (path,) in HELD(today).rows(account.pk): …

Only the statement is kept, never an answer. What goes into a hole of HOLES is a whole number, into WORD a text, and where
a column is to be one of several (`pk__in=MANY`), any of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from zhibu.kernel.plans import one_of, planned_once

M = TypeVar("M", bound=Model)
#: what stands in a queryset for the numbers given later: they fit every column, and no key, limit or count is just these
HOLES = tuple(2_147_483_580 + place for place in range(3))
WORD = "{the word of this question}"
MANY = (2_147_483_579,)


@dataclass(frozen=True)
class Prepared:
    """A statement with holes; `converters`: place of a column -> what makes its Python value of the database's."""

    sql: str
    params: tuple[Any, ...]
    converters: dict[int, Any]

    def rows(self, *numbers: int, word: str = "", many: Sequence[int] = ()) -> Iterator[tuple[Any, ...]]:
        """Ask with these numbers and this word in the holes; yield the rows as `values_list` does."""
        for row in self._ask(self.sql, numbers, word, many):
            values = list(row)
            for place, (converters, expression) in self.converters.items():
                for convert in converters:
                    values[place] = convert(values[place], expression, connection)
            yield tuple(values)

    def count(self, *numbers: int) -> int:
        """Ask how many rows there are with these numbers in the holes."""
        ((number,),) = self._ask(f"SELECT COUNT(*) FROM ({self.sql}) AS counted", numbers)
        return int(number)

    def _ask(self, sql: str, numbers: tuple[int, ...], word: str = "", many: Sequence[int] = ()) -> list[Any]:
        given: dict[Any, Any] = {WORD: word, **dict(zip(HOLES, numbers, strict=False))}
        # a driver may wrap numbers in a class of its own (psycopg's Int8): still numbers
        params = [given.get(value, value) if isinstance(value, int | str) else value for value in self.params]
        if MANY[0] in self.params:
            place, (words, several) = self.params.index(MANY[0]), one_of(many)
            sql, params[place : place + 1] = sql.replace("IN (%s)", words), several
        with planned_once() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())


class One(Generic[M]):
    """A prepared question for one record of a model, with all its columns."""

    def __init__(self, rows: "QuerySet[M]") -> None:
        self.model = rows.model
        self.columns = [field.attname for field in self.model._meta.concrete_fields]
        self.question = prepare(rows.order_by().values_list(*self.columns)[:1])

    def find(self, *numbers: int, word: str = "") -> M | None:
        """Ask; return the record, None when there is none."""
        for row in self.question.rows(*numbers, word=word):
            return self.model.from_db(connection.alias, self.columns, row)
        return None


def prepare(rows: "QuerySet[Any, Any]") -> Prepared:
    """Return the statement of an opened queryset of `values_list`, whose numbers from HOLES are given later."""
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    if MANY[0] in params and sql.count("IN (%s)") != 1:
        raise ValueError("a question has one place for many numbers")
    return Prepared(sql, tuple(params), compiler.get_converters([column for column, *_ in compiler.select]))
