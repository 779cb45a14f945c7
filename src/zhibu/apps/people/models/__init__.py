"""The one record of every human being, where they belong, and what hangs on them."""

from zhibu.apps.people.models.affiliation import Affiliation, Post
from zhibu.apps.people.models.life import LifeEvent
from zhibu.apps.people.models.national import NationalCheck, NationalDifference
from zhibu.apps.people.models.parts import BankAccount, Conduct, Education, HealthNote, Part, Relative, WorkPeriod
from zhibu.apps.people.models.person import Person
from zhibu.apps.people.models.records import Distinct, Merge, Reveal
from zhibu.apps.people.models.search import LookupCount, SearchKey

__all__ = [
    "Affiliation",
    "BankAccount",
    "Conduct",
    "Distinct",
    "Education",
    "HealthNote",
    "LifeEvent",
    "LookupCount",
    "Merge",
    "NationalCheck",
    "NationalDifference",
    "Part",
    "Person",
    "Post",
    "Relative",
    "Reveal",
    "SearchKey",
    "WorkPeriod",
]
