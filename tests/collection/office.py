"""A house with people, a campaign that asks them, and those who fill in and decide."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils.timezone import localdate

from tests import acting, factories
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.collection.models import Campaign, Reply
from zhibu.apps.collection.services.campaigns import CampaignFields
from zhibu.apps.people.models import Person
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

FIELDS = ("mobile", "address_living", "identity_number", "part_relatives")
NUMBER = "110101198001010037"


@dataclass
class Office:
    """The house, two people of the eastern branch, one of the western, and accounts by user name."""

    house: factories.House
    li: Person
    chen: Person
    west: Person
    accounts: dict[str, Any]

    def actor(self, name: str) -> Actor:
        return actor_for(self.accounts[name])

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.accounts[name])
        return client


def office() -> Office:
    house = factories.house()
    li = factories.person(
        "李建国",
        house.root,
        party=house.east,
        mobile="13800000001",
        sex="1",
        birth_date=date(1980, 1, 1),
        address_living="旧街 1 号",
    )
    chen = factories.person("陈桂芳", house.root, party=house.east, sex="2")
    west = factories.person("西湾人", house.root, party=house.west)
    clerk = factories.person("经办人", house.root, party=house.east)
    accounts = {
        "li": factories.account("li", of=li),
        "chen": factories.account("chen", of=chen),
        "west": factories.account("west", of=west),
        "zuzhibu": factories.account("zuzhibu", "organization_department", house.root, of=clerk),
        "renshi": factories.account("renshi", "hr_clerk", house.root),
        "shuji": factories.account("shuji", "branch_secretary", house.east),
        "shuji2": factories.account("shuji2", "branch_secretary", house.west),
    }
    return Office(house, li, chen, west, accounts)


def campaign(office: Office, *, fields: tuple[str, ...] = FIELDS, opened: bool = True, **more: Any) -> Campaign:
    """Make a campaign over the committee, and open it by its job."""
    values: dict[str, Any] = {
        "organization": office.house.committee, "title": "年度信息核对", "words": "请核对", "fields": fields,
        "due_on": localdate() + timedelta(days=20), "relation": "party", **more,
    }  # fmt: skip
    actor = office.actor("zuzhibu")
    made = actions.perform(actions.get("collection.campaign.create"), actor, data=CampaignFields(**values)).result
    if opened:
        actions.perform(actions.get("collection.campaign.open"), actor, uid=made.uid)
        job = run_now(Job.objects.system("test").get(kind="collection.open", payload__campaign=str(made.uid)))
        assert job.state == "done", job.error
    return Campaign.objects.system("test").get(pk=made.pk)


def reply_of(made: Campaign | None, person: Person) -> Reply:
    found: Reply = Reply.objects.system("test").filter(campaign=made, person=person).latest("pk")
    return found


def post(client: Client, code: str, obj: Any, **data: Any) -> Any:
    """Submit an act's form, opened just now."""
    if obj is not None and "rev" not in data:
        obj.refresh_from_db()
    return acting.post(client, code, obj, **data)


def main(answer: Any) -> str:
    """Return the words and addresses of the page's main part."""
    return str(answer.content.decode().partition("<main")[2].partition("</main>")[0])
