"""Every look at a sensitive field can be found by those who audit, and by the person."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from zhibu.apps.people.models import Reveal

pytestmark = pytest.mark.django_db
NUMBER = "110101198001010037"


def test_a_look_is_listed_for_the_auditor_and_told_to_the_person(client: Client) -> None:
    house = factories.house()
    person = factories.person("李建国", house.root, identity=NUMBER)
    client.force_login(factories.account("renshi", "hr_clerk", house.root))
    client.post(reverse("people-reveal", args=[person.uid]), {"reason": "办理社保", "field": "identity_number"})
    assert client.get(reverse("reveals")).status_code == 404
    client.force_login(factories.account("shenji", "auditor", house.root))
    page = client.get(reverse("reveals")).content.decode()
    for words in ("renshi", "李建国", "证件号码", "办理社保", "人员主档"):
        assert words in page
    assert "李建国" in client.get(reverse("reveals"), {"q": "李建国"}).content.decode()
    assert "办理社保" not in client.get(reverse("reveals"), {"viewer": "别人"}).content.decode()
    look = Reveal.objects.system("test").get()
    assert client.get(look.get_absolute_url()).status_code == 200
    assert client.post(reverse("reveals-export")).status_code == 200
    client.force_login(factories.account("shenji2", "auditor", house.east))
    assert "办理社保" not in client.get(reverse("reveals")).content.decode()
    client.force_login(factories.account("li", of=person))
    assert "办理社保" in client.get(reverse("me")).content.decode()
    shown = client.post(reverse("me-numbers")).content.decode()
    assert NUMBER in shown
    assert Reveal.objects.system("test").latest("pk").page == "我的主档"
