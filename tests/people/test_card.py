"""The registration form: what each viewer may see of a person, and how many queries many of them take."""

from collections.abc import Iterable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.matrix.sensitive import PART_VALUES, SECRETS, picture, subject
from tests.reading import pdf_pages, pdf_text
from zhibu.apps.people.documents.card import build
from zhibu.apps.people.models import Person, Post
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel import documents, files
from zhibu.kernel.actor import Actor

pytestmark = pytest.mark.django_db
CARD = "people.card"


@pytest.fixture
def known(house: factories.House) -> Person:
    """Somebody with something in every field group."""
    person = subject(house.department, house.east)
    for name, values in PART_VALUES.items():
        PARTS[name].objects.create(person=person, **values)
    return person


def printed(actor: Actor, *people: Person) -> str:
    return pdf_text(documents.render(documents.get(CARD), build(actor, people)))


def seeing(house: factories.House, groups: Iterable[str]) -> Actor:
    return factories.actor(["people.view", *(f"people.see.{group}" for group in groups)], house.root)


def shown(text: str, group: str) -> bool:
    return any(secret in text for secret in SECRETS[group])


def test_a_secretary_s_form_holds_nothing_of_health_bank_family_numbers_and_conduct(
    house: factories.House, known: Person
) -> None:
    text = printed(seeing(house, ["contact", "party"]), known)
    assert [group for group in SECRETS if shown(text, group)] == ["contact", "party"]
    assert "本表未列的内容：身份信息、工作信息、家庭与紧急联系人、健康情况、奖惩" in text


@pytest.mark.parametrize("group", ["identity", "contact", "work", "party", "family", "health", "discipline"])
def test_each_group_is_printed_for_those_alone_who_may_see_it(
    house: factories.House, known: Person, group: str
) -> None:
    text = printed(seeing(house, [group]), known)
    assert [one for one in SECRETS if shown(text, one)] == [group]


def test_bank_accounts_have_no_place_on_the_form_and_numbers_stay_masked(house: factories.House, known: Person) -> None:
    text = printed(seeing(house, SECRETS), known)
    assert not shown(text, "bank")
    assert "1101**********1241" in text
    assert "110101199003071241" not in text


def test_it_is_one_page_with_everything_on_it(house: factories.House, known: Person) -> None:
    known.photo = files.store_made(picture(), mime="image/jpeg")
    known.save()
    Post.objects.create(person=known, organization=house.east, kind="secretary", since=date(2020, 3, 1))
    actor = seeing(house, SECRETS)
    made = documents.render(
        documents.get(CARD), build(factories.actor([*_all(actor), "organizations.view"], house.root), [known])
    )
    text = pdf_text(made)
    assert pdf_pages(made) == 1
    for word in ("东山当事人", "东山支部", "综合部", "2020.03—至今", "书记", "隐秘大学", "隐秘单位", "本人核对"):
        assert word in text, word


def _all(actor: Actor) -> list[str]:
    return [grant.permission for grant in actor.grants]


def test_places_outside_the_viewer_s_reach_are_not_named(house: factories.House) -> None:
    person = factories.person("两边人", house.department, party=house.east)
    text = printed(factories.actor(["people.view"], house.east), person)
    assert "东山支部" in text
    assert "综合部" not in text


def test_a_record_with_nothing_but_a_name_prints(house: factories.House) -> None:
    text = printed(seeing(house, SECRETS), factories.person("无名", house.root))
    assert "无名" in text
    assert "未列的内容" not in text


def test_long_and_strange_values_print_as_they_are(house: factories.House) -> None:
    name = "𠮷#$*_`[]{}\\\"'" + "长" * 85
    address = "东江市" * 60
    text = printed(seeing(house, SECRETS), factories.person(name, house.root, address_living=address))
    assert name in text
    assert address in text


def test_many_people_take_no_more_queries_than_one(house: factories.House, known: Person) -> None:
    others = [factories.person(f"同事{n}", house.department, party=house.east) for n in range(20)]
    actor = seeing(house, SECRETS)
    counts = []
    for people in ([known], [known, *others]):
        with CaptureQueriesContext(connection) as queries:
            build(actor, people)
        counts.append(len(queries))
    assert counts[0] == counts[1]
