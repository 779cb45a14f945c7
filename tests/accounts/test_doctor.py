"""What the doctor says about second factors and the ways to sign in."""

from typing import Any

from tests import factories
from tests.accounts.conftest import authenticator
from zhibu.apps.accounts import doctor
from zhibu.apps.accounts.models import Account
from zhibu.kernel.doctor import State


def test_forced_accounts_without_a_second_factor_are_named(chief: Account, house: Any) -> None:
    factories.account("shuji", "branch_secretary", house.east)
    found = doctor.second_factors(False)
    assert found.state == State.ATTENTION
    assert "chief" in found.message
    assert "shuji" not in found.message
    authenticator(chief)
    assert doctor.second_factors(False).state == State.OK


def test_half_set_ways_to_sign_in_are_named(settings: Any) -> None:
    assert doctor.sms_sign_in(False).state == doctor.single_sign_on(False).state == State.OK
    settings.SMS_LOGIN = True
    assert "ZHIBU_SMS_URL" in doctor.sms_sign_in(False).advice
    settings.OIDC = {**settings.OIDC, "issuer": "https://sso.example.cn"}
    assert "CLIENT_ID" in doctor.single_sign_on(False).message
    settings.OIDC = {**settings.OIDC, "client_id": "zhibu"}
    settings.SMS = {**settings.SMS, "url": "https://sms.example.cn/"}
    assert doctor.single_sign_on(False).message == doctor.sms_sign_in(False).message == "已启用"
