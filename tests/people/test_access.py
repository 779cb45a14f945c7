"""Who sees what: standing above somebody in the tree opens no pay, health, bank or family field."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from zhibu.apps.people.models import BankAccount, HealthNote, Relative

pytestmark = pytest.mark.django_db

SECRETS = {
    "health": "高血压三级用药", "bank": "开户行江北农商", "family": "配偶赵某某", "identity": "1101**********1233", "account": "62220000111",
}  # fmt: skip


@pytest.fixture
def person(house: factories.House) -> object:
    made = factories.person(
        "陈桂芳",
        house.department,
        party=house.east,
        identity="110101199003071233",
        mobile="13800138000",
        position="会计",
    )
    HealthNote.objects.create(person=made, noted_on="2026-01-01", kind="慢病", text=SECRETS["health"])
    BankAccount.objects.create(person=made, bank=SECRETS["bank"], account="62220000111122223333", account_tail="3333")
    Relative.objects.create(person=made, name=SECRETS["family"], relation="配偶")
    return made


def page(client: Client, account: object, url: str) -> str:
    client.force_login(account)
    response = client.get(url)
    return response.content.decode() if response.status_code == 200 else ""


def test_a_branch_secretary_sees_the_member_and_no_sensitive_group(
    client: Client, house: factories.House, person: object
) -> None:
    secretary = factories.account("shuji", "branch_secretary", house.east)
    for url in (
        person.get_absolute_url(),
        reverse("people-history", args=[person.uid]),
        reverse("people-as-of", args=[person.uid]),
    ):
        text = page(client, secretary, url)
        assert "陈桂芳" in text
        assert not [secret for secret in SECRETS.values() if secret in text]


def test_the_sibling_branch_gets_404(client: Client, house: factories.House, person: object) -> None:
    client.force_login(factories.account("xiwan", "branch_secretary", house.west))
    for name in ("people-record", "people-history", "people-as-of", "people-photo", "people-reveal"):
        assert client.get(reverse(name, args=[person.uid])).status_code == 404


def test_a_reveal_needs_a_reason_is_logged_and_shown_to_the_person(
    client: Client, house: factories.House, person: object
) -> None:
    clerk = factories.account("zuzhibu", "organization_department", house.root)
    client.force_login(clerk)
    url = reverse("people-reveal", args=[person.uid])
    assert "110101199003071233" not in client.get(url).content.decode()
    assert "110101199003071233" not in client.post(url, {"field": "identity_number", "reason": ""}).content.decode()
    shown = client.post(url, {"field": "identity_number", "reason": "办理社保核对"})
    assert "110101199003071233" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    own = factories.account("chen", of=person)
    text = page(client, own, reverse("me"))
    assert "办理社保核对" in text
    assert "zuzhibu" in text


def test_a_member_sees_their_own_record_and_nobody_elses(
    client: Client, house: factories.House, person: object
) -> None:
    other = factories.person("王别人", house.east)
    own = factories.account("chen", of=person)
    assert "会计" in page(client, own, reverse("me"))
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(reverse("search"), {"q": "王"}).status_code in {302, 404}


def test_the_export_leaves_out_what_the_list_hides(client: Client, house: factories.House, person: object) -> None:
    import io

    import openpyxl

    client.force_login(factories.account("renshi", "hr_clerk", house.root))
    response = client.post(reverse("people-export"))
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "陈桂芳" in text
    assert "110101199003071233" not in text


def test_a_filter_tells_no_more_than_its_column(client: Client, house: factories.House, person: object) -> None:
    """A workstation clerk without the Party group cannot find out who is a member by filtering."""
    factories.person("赵群众", house.department, political_status="13")
    client.force_login(factories.account("zhan", "archivist", house.department))
    url = reverse("people")
    assert "赵群众" in client.get(url).content.decode()
    from zhibu.apps.accounts.models import Role

    assert "people.see.party" not in Role.objects.system("test").get(code="archivist").permissions
    text = client.get(url, {"political_status": "01"}).content.decode()
    assert "赵群众" in text  # the filter does not exist for this role: it narrows nothing


def test_ages_are_filtered_by_completed_years(client: Client, house: factories.House) -> None:
    from dateutil.relativedelta import relativedelta
    from django.utils.timezone import localdate

    today = localdate()
    factories.person("刚满六十", house.root, birth_date=today - relativedelta(years=60))
    factories.person("差一天", house.root, birth_date=today - relativedelta(years=60) + relativedelta(days=1))
    client.force_login(factories.account("zuzhibu", "organization_department", house.root))
    text = client.get(reverse("people"), {"age_from": "60"}).content.decode()
    assert "刚满六十" in text
    assert "差一天" not in text
    text = client.get(reverse("people"), {"age_until": "59"}).content.decode()
    assert "差一天" in text
    assert "刚满六十" not in text
