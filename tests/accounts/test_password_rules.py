"""What a password must be, each rule with its message at the field."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.accounts.conftest import PASSWORD, do, reload
from zhibu.apps.accounts import rules, security
from zhibu.apps.accounts.models import Account, PastPassword
from zhibu.apps.accounts.services import passwords
from zhibu.kernel.actions import Why

CHANGE = "/account/password/"
SERIES = [f"Gui-hua-{year}" for year in range(2031, 2041)]


@pytest.fixture
def wang(house: Any) -> Account:
    person = factories.person("王芳", house.east, staff_number="gh0017", mobile="13812345678")
    made: Account = factories.account("wangfang", "branch_secretary", house.east, of=person)
    return made


def change(client: Client, old: str, new: str) -> str:
    """Change the password; returns what is said at the field, "" when it was changed."""
    answer = client.post(CHANGE, {"old": old, "new": new, "again": new})
    if answer.status_code == 302:
        return ""
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"new"}
    return " ".join(answer.context["form"].errors["new"])


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("Ab3-xyz", "至少要 8 个字符"),
        ("abcdefgh-qrst", "四类，至少要用 3 类"),
        ("ABCDEFGH2931", "四类，至少要用 3 类"),
        ("Xy-13812345678", "手机号"),
        ("Xy-GH0017-abc", "工号"),
        ("9-WangFang-x", "用户名"),
        ("9-ＷａｎｇＦａｎｇ-x", "用户名"),
        (PASSWORD, "现在的密码"),
    ],
)
def test_a_bad_one_is_refused_at_its_field(client: Client, wang: Account, new: str, said: str) -> None:
    client.force_login(wang)
    assert said in change(client, PASSWORD, new)
    assert reload(wang).check_password(PASSWORD)


@pytest.mark.parametrize(
    "new", ["Guihua2031", "guihua-2031", "Gui-hua-hao", "规划Guihua2031", "correct Horse 7 battery"]
)
def test_a_good_one_is_taken(client: Client, wang: Account, new: str) -> None:
    client.force_login(wang)
    assert change(client, PASSWORD, new) == ""
    assert reload(wang).check_password(new)


def test_the_form_says_the_rules_beforehand(client: Client, wang: Account) -> None:
    client.force_login(wang)
    body = client.get(CHANGE).content.decode()
    assert "至少 8 个字符，大写字母、小写字母、数字、符号至少用 3 类" in body


class TestHistory:
    def test_the_last_five_are_refused_the_one_before_them_is_not(self, client: Client, wang: Account) -> None:
        client.force_login(wang)
        used = [PASSWORD, *SERIES[:6]]
        for old, new in itertools.pairwise(used):
            assert change(client, old, new) == ""
        for earlier in used[1:6]:
            assert "用过了" in change(client, used[-1], earlier)
        assert change(client, used[-1], PASSWORD) == ""

    def test_no_more_hashes_are_kept_than_count(self, client: Client, wang: Account) -> None:
        client.force_login(wang)
        used = [PASSWORD, *SERIES]
        for old, new in itertools.pairwise(used):
            change(client, old, new)
        rows = PastPassword.objects.system("test").filter(account=wang)
        assert rows.count() == 5
        assert not any(word in row.password for row in rows for word in used)

    def test_a_reset_does_not_wash_it(self, client: Client, wang: Account, chief: Account) -> None:
        do("accounts.account.reset_password", chief, wang, Why())
        assert passwords.used_lately(reload(wang), PASSWORD)

    def test_the_present_one_counts_as_used(self, wang: Account) -> None:
        assert passwords.used_lately(wang, PASSWORD)
        assert not passwords.used_lately(wang, SERIES[0])

    def test_everybody_has_their_own(self, wang: Account, house: Any) -> None:
        other = factories.account("other", password="Other-2026-x")
        passwords.remember(other, other.password)
        assert passwords.used_lately(other, "Other-2026-x")
        assert not passwords.used_lately(wang, "Other-2026-x")


class TestReminder:
    LOGIN = "/login/"

    def enter(self, wang: Account) -> str:
        client = Client()
        answer = client.post(self.LOGIN, {"username": wang.username, "password": PASSWORD}, follow=True)
        body: str = answer.content.decode()
        return body

    def test_it_is_off_unless_it_is_set(self, wang: Account) -> None:
        Account.objects.system("test").filter(pk=wang.pk).update(created_at=timezone.now() - timedelta(days=900))
        assert "密码已经用了很久" not in self.enter(wang)

    def test_after_so_many_days_it_reminds_and_forces_nothing(
        self, wang: Account, tmp_path: Any, settings: Any, request: pytest.FixtureRequest
    ) -> None:
        settings.DATA = tmp_path
        (tmp_path / security.OWN_FILE).write_text("password_remind_days: 90", encoding="utf-8")
        security.forget()
        request.addfinalizer(security.forget)
        assert "密码已经用了很久" not in self.enter(wang)
        Account.objects.system("test").filter(pk=wang.pk).update(created_at=timezone.now() - timedelta(days=91))
        assert "密码已经用了很久" in self.enter(wang)
        passwords.remember(wang, wang.password)
        assert "密码已经用了很久" not in self.enter(wang)


class TestRules:
    @given(st.text(max_size=40))
    def test_classes_are_one_to_four_and_none_only_without_characters(self, text: str) -> None:
        assert (rules.password_classes(text) == 0) is (text == "")
        assert rules.password_classes(text) <= 4
        assert rules.password_classes(text + "aA1-") == 4

    @given(st.text("abc019.-", min_size=3, max_size=20), st.text(max_size=10), st.text(max_size=10))
    def test_an_own_name_is_found_wherever_it_stands(self, name: str, before: str, after: str) -> None:
        assert rules.own_names_in(f"{before}|{name.upper()}|{after}", {"用户名": name}) == "用户名"

    @pytest.mark.parametrize("name", ["", "a", "ab"])
    def test_short_ones_are_passed_over(self, name: str) -> None:
        assert rules.own_names_in("Xy-ab-2031", {"用户名": name}) == ""
