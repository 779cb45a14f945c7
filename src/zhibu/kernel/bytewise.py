"""A text column whose order no locale decides: the same on every database, and compared as fast as bytes are."""

from typing import Any

from django.db import models


class BytewiseField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """A text compared byte by byte, which for names is by code point, as SQLite does anyway.

    A locale of PostgreSQL would sort ranges of keys and paths wrongly, and takes several times as long for each comparison.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
