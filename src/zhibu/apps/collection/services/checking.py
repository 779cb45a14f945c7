"""Answers are judged by the rules of the record before they are sent, and again when they are written."""

import copy
from collections.abc import Mapping
from typing import Any

from zhibu.apps.collection.catalogue import asked
from zhibu.apps.collection.values import from_text
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.persons import check_consistent, set_identity


def check(person: Person, values: Mapping[str, Any]) -> None:
    """Raise Refused at the field where the record would contradict itself with these answers in it. Writes nothing."""
    trial = copy.copy(person)
    columns = [one.code for one in asked(values) if one.kind == "column"]
    for code in columns:
        if code != "identity_number":
            setattr(trial, code, from_text(Person, code, values[code]))
    number = values.get("identity_number") or person.identity_number
    if number and {"identity_number", "document_type", "birth_date", "sex"} & set(columns):
        set_identity(trial, number)
    check_consistent(trial)
