"""One box finds anyone: keys to write with a person, and the query that reads them.

A key is either text (every suffix of the name, full pinyin, initials, staff number) or "#" with keyed hashes of a
sensitive number (see `number_keys`). Every query is one prefix range, or one equality, on one index.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from zhibu.apps.people import lookup, number_keys
from zhibu.apps.people.lookup import Wanted, within
from zhibu.apps.people.models import Person, SearchKey
from zhibu.kernel.actor import Actor
from zhibu.kernel.paths import at_root
from zhibu.kernel.prepared import MANY, Prepared, prepare

#: readings of surnames that differ from the usual reading of the character
SURNAME_READINGS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "解": "xie",
    "任": "ren",
    "尉": "wei",
    "盖": "ge",
    "朴": "piao",
    "冼": "xian",
    "翟": "zhai",
    "缪": "miao",
    "乐": "yue",
    "覃": "qin",
    "洗": "xian",
    "召": "shao",
    "种": "chong",
    "秘": "bi",
    "繁": "po",
    "黑": "he",
    "华": "hua",
    "宁": "ning",
    "万": "wan",
    "俞": "yu",
    "晁": "chao",
    "逄": "pang",
}
LIMIT = 20
#: fields of the people that `find` returns
LINE = ("uid", "name", "sex", "birth_date", "employment", "state")
#: the same with the key, in the order of the table's columns
_COLUMNS = [field.attname for field in Person._meta.concrete_fields if field.attname in {"id", *LINE}]
#: blanks, separators, what no database takes, and the sign that marks hashed keys
_SPACE = re.compile(r"[\s\x00·・•,，。.\-—_/#]+")
_SEVERAL = re.compile(r"[、,，;；\s]+")
_LATIN = re.compile(r"[a-zü]")
#: after l and n only: lyu, nyu, and the u of lue, nue
_U_DOTS = re.compile(r"(?<=[ln])(?:yu|u(?=e))")
_DIGITS = re.compile(r"\d+[Xx]?")


@dataclass(frozen=True)
class NumberKind:
    """A further number by which people are found, from another app: hashed as the others are.

    reads     what was typed (normalised) -> the number it may be, "" when it cannot be one
    numbers   ids of people -> their numbers, in one query
    """

    domain: str
    reads: Callable[[str], str]
    numbers: Callable[[Sequence[int]], Mapping[int, Iterable[str]]]


_KINDS: dict[str, NumberKind] = {}


def register_numbers(kind: NumberKind) -> NumberKind:
    """Add a kind of number. Its app calls `rewrite_keys` whenever the numbers of somebody change."""
    return _KINDS.setdefault(kind.domain, kind)


def normalise(text: str) -> str:
    """Return text as keys hold it: NFKC, lower case, without blanks and separators."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    # its dictionaries are a third of what a command loads, and few commands spell a name
    from pypinyin import Style, lazy_pinyin

    return str(lazy_pinyin(character, style=Style.NORMAL, errors="default")[0]).replace("ü", "v").lower()


def spellings(name: str) -> set[str]:
    """Return full pinyin and initials of a normalised name; both readings where a surname has its own."""
    syllables = [_syllable(character) for character in name]
    if not syllables:
        return set()
    variants = [syllables]
    reading = SURNAME_READINGS.get(name[0])
    if reading and reading != syllables[0]:
        variants.append([reading, *syllables[1:]])
    found = set()
    for variant in variants:
        found.add("".join(variant)[:100])
        found.add("".join(s[0] for s in variant)[:100])
    return found


def keys_of(
    name: str, former_names: str = "", staff_number: str = "", identity: str = "", mobile: str = ""
) -> set[str]:
    """Return every search key of a person (about eight)."""
    return {key for key, _ in keys_of_many([(0, name, former_names, staff_number, identity, mobile)])}


def keys_of_many(people: Iterable[tuple[int, str, str, str, str, str]]) -> list[tuple[str, int]]:
    """Return (key, id) of many people: (id, and what `keys_of` takes) each. Equal keys of one person come once."""
    found: list[tuple[str, int]] = []
    identities: dict[int, str] = {}
    mobiles: dict[int, str] = {}
    for pk, name, former_names, staff_number, identity, mobile in people:
        found.extend(zip(words(name, former_names, staff_number), repeat(pk)))
        if identity:
            identities[pk] = identity
        digits = mobile if mobile.isdecimal() else "".join(re.findall(r"\d", mobile))
        if len(digits) >= number_keys.MOBILE_TAIL:
            mobiles[pk] = digits
    found.extend(zip(number_keys.identity_keys(list(identities.values())), identities, strict=True))
    found.extend(zip(number_keys.mobile_keys(list(mobiles.values())), mobiles, strict=True))
    return found


def words(name: str, former_names: str, staff_number: str) -> Set[str]:
    """Return the keys that are text, not hashes."""
    keys: Set[str] = _of_name(name)
    for text in _SEVERAL.split(former_names) if former_names else ():
        keys |= _of_name(text)
    return keys | {_plainly(staff_number)} if staff_number else keys


def _plainly(number: str) -> str:
    """Return `normalise(number)`; nearly every staff number is so already."""
    return number.lower() if number.isascii() and number.isalnum() else normalise(number)


@lru_cache(maxsize=20_000)
def _of_name(name: str) -> frozenset[str]:
    """Every suffix of a name, and how it sounds: in a roster one name in three has come before."""
    plain = normalise(name)[:40]
    return frozenset({plain[n:] for n in range(len(plain))} | spellings(plain))


def due_keys(people: Iterable[Person]) -> dict[int, set[str]]:
    """Return id -> every search key the person should have now; those who are merged or withdrawn have none."""
    people = list(people)
    merged = _merged_into([person.pk for person in people])
    further = [(kind, kind.numbers([person.pk for person in people])) for kind in _KINDS.values()]
    due: dict[int, set[str]] = {}
    for person in people:
        if person.state != "live":
            due[person.pk] = set()
            continue
        keys = keys_of(
            person.name, person.former_names, person.staff_number, person.identity_number or "", person.mobile
        )
        for other in merged.get(person.pk, ()):
            keys |= words(*other)  # under an old number or name, too, they are found
        keys.update(
            number_keys.hashed(kind.domain, number) for kind, held in further for number in held.get(person.pk, ())
        )
        due[person.pk] = keys
    return due


def _merged_into(people: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return id -> (name, former names, staff number) of every record that became part of it, however many times over."""
    rows = Person.objects.system("what merged records were called").filter(state="merged").order_by()
    found: dict[int, list[tuple[str, str, str]]] = {}
    leads_to = dict(zip(people, people, strict=True))
    level = list(people)
    while level:
        asked = rows.filter(merged_into__in=level)
        level = []
        for pk, into, *said in asked.values_list("pk", "merged_into_id", "name", "former_names", "staff_number"):
            leads_to[pk] = leads_to[into]
            found.setdefault(leads_to[pk], []).append((said[0], said[1], said[2]))
            level.append(pk)
    return found


def rewrite_keys(people: Iterable[Person]) -> None:
    """Bring the keys of these people up to date, inside the caller's transaction."""
    due = due_keys(people)
    rows = [SearchKey(key=key, person_id=pk) for pk, keys in due.items() for key in sorted(keys)]
    stale = SearchKey.objects.system("keys of rewritten people", allow_delete=True)
    stale.filter(person_id__in=list(due)).delete()
    SearchKey.objects.bulk_create(rows, batch_size=500)


def readings(plain: str) -> list[str]:
    """Return a normalised query as the keys may hold it: as typed, without tones, with ü in all its spellings as v.

    lü, lǚ, lu:, lyu and lv mean one syllable, as do lüe and lue. What was typed comes first: a staff number stays itself.
    """
    marked = unicodedata.normalize("NFD", plain).replace("u\u0308", "v").replace("u:", "v")
    toneless = "".join(sign for sign in marked if not unicodedata.combining(sign))
    forms = [plain, toneless, _U_DOTS.sub("v", toneless)]
    return list(dict.fromkeys(forms)) if _LATIN.search(plain) else [plain]


def wanted(query: str) -> Wanted:
    """Return what to look for in the keys; nothing for an empty query."""
    plain = normalise(query)[:60]
    if not plain:
        return Wanted()
    exact, tails = [], []
    if _DIGITS.fullmatch(plain):
        number = plain.upper()
        tails = number_keys.tails_of(number)
        exact = number_keys.whole(number)
    exact += [number_keys.hashed(kind.domain, number) for kind in _KINDS.values() if (number := kind.reads(plain))]
    return Wanted(exact, [within(tail) for tail in tails], [within(form) for form in readings(plain)])


def key_condition(query: str) -> Q:
    """Return the condition on keys for what somebody typed; nothing matches an empty query."""
    what = wanted(query)
    condition = Q(key__in=what.exact)
    for first, behind in (*what.tails, *what.ranges):
        condition |= Q(key__gte=first, key__lt=behind)
    return condition


def matching(rows: "QuerySet[Any]", query: str, actor: Actor) -> "QuerySet[Any]":
    """Narrow an opened queryset of people to those the query finds (for lists)."""
    keys = SearchKey.objects.system("within an opened list").filter(key_condition(query))
    # from the keys to the people: a list that asks for the keys of one person after the other reads everybody's
    return rows.filter(pk__in=keys.values("person_id"))


def ranked(actor: Actor, query: str, limit: int, *, permission: str = "people.view") -> list[int]:
    """Return the ids of up to `limit` people within the actor's reach, shortest match first."""
    paths = actor.paths(permission)
    what = wanted(query)
    if not (actor.is_system or paths) or not what.ranges:
        return []
    return lookup.person_ids(what, None if actor.is_system or at_root(paths) else paths, limit)


def find(actor: Actor, query: str, *, permission: str = "people.view", limit: int = LIMIT) -> list[Person]:
    """Return up to `limit` people within the actor's reach, shortest match first; two statements.

    They come with what a result line shows (`LINE`), anything else is read when it is asked for. A person without the
    permission anywhere finds nobody.
    """
    found = ranked(actor, query, limit, permission=permission)
    people = (Person.from_db(connection.alias, _COLUMNS, row) for row in _lines().rows(many=found)) if found else ()
    by_pk = {person.pk: person for person in people}
    return [by_pk[pk] for pk in found if pk in by_pk]


@lru_cache(maxsize=1)
def _lines() -> Prepared:
    rows = Person.objects.system("found within the actor's reach by lookup").filter(pk__in=MANY).order_by()
    return prepare(rows.values_list(*_COLUMNS))


def is_number(query: str) -> bool:
    """Tell whether what was typed is looked up as a sensitive number or its tail (such look-ups are counted)."""
    plain = normalise(query)
    if len(plain) >= min(number_keys.IDENTITY_TAILS) and _DIGITS.fullmatch(plain) is not None:
        return True
    return any(kind.reads(plain) for kind in _KINDS.values())
