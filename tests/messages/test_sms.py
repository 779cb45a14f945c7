"""SMS through a gateway: what arrives, what is refused, what is tried again, and that no log names a person."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from zhibu.kernel.messages import sms
from zhibu.kernel.messages.sms.gateway import TestGateway

NUMBER, TEXT = "13812341234", "支部定于周五下午召开党员大会。"


Set = Callable[..., None]


@pytest.fixture
def configure(settings: Any, gateway: TestGateway) -> Set:
    """Point the site at the gateway; keyword arguments are further settings."""

    nothing = settings.SMS

    def set_up(**more: str) -> None:
        settings.SMS = {**nothing, "url": gateway.url, "timeout": "0.5", "success": "", **more}

    set_up()
    return set_up


def test_without_a_gateway_sms_is_off_and_says_so() -> None:
    assert not sms.is_on()
    assert sms.problems() == []
    with pytest.raises(sms.SmsOff, match="没有启用"):
        sms.send_sms(NUMBER, TEXT, "k1")


@pytest.mark.parametrize("shape", ["json", "form", "get"])
def test_number_text_and_key_arrive_as_they_were_given(configure: Set, gateway: TestGateway, shape: str) -> None:
    configure(**({"method": "GET"} if shape == "get" else {"format": shape}))
    sms.send_sms("+86 138-1234-1234", '𠮷野同志：“会议”&{"number":"1"}', "meeting:7")
    [got] = gateway.sent
    assert (got.number, got.text, got.key) == (NUMBER, '𠮷野同志：“会议”&{"number":"1"}', "meeting:7")


def test_what_people_write_cannot_change_the_request_or_pull_out_the_secret(
    configure: Set, gateway: TestGateway
) -> None:
    body = {"to": "{number}", "content": "{text}", "options": [{"id": "{key}"}], "password": "{secret}"}
    configure(body=json.dumps(body), secret="s3cret-value", sign="【东江党办】")
    sms.send_sms(NUMBER, '{secret}", "to": "13900000000', "k1")
    assert (gateway.sent[0].number, gateway.sent[0].text) == (NUMBER, '【东江党办】{secret}", "to": "13900000000')


def test_the_secret_goes_into_the_header_the_operator_names(configure: Set, gateway: TestGateway) -> None:
    gateway.secret = "s3cret"
    with pytest.raises(sms.SmsRefused, match="401"):
        sms.send_sms(NUMBER, TEXT, "k1")
    configure(headers='{"Authorization": "Bearer {secret}"}', secret="s3cret")
    sms.send_sms(NUMBER, TEXT, "k1")
    assert len(gateway.sent) == 1


def test_the_answer_is_judged_by_the_operators_test(configure: Set, gateway: TestGateway) -> None:
    gateway.mode = "refuse"
    sms.send_sms(NUMBER, TEXT, "k1")  # status 200 is all that counts without a test
    configure(success="code=0|200")
    with pytest.raises(sms.SmsRefused) as refusal:
        sms.send_sms(NUMBER, TEXT, "k2")
    assert not refusal.value.temporary
    gateway.mode = "garbage"
    with pytest.raises(sms.SmsRefused):
        sms.send_sms(NUMBER, TEXT, "k3")
    gateway.mode = "ok"
    sms.send_sms(NUMBER, TEXT, "k4")


@pytest.mark.parametrize("mode", ["error", "hang", "drop"])
def test_a_silent_gateway_is_asked_again_and_then_called_unreachable(
    configure: Set, gateway: TestGateway, mode: str
) -> None:
    gateway.mode = mode
    with pytest.raises(sms.SmsUnreachable) as failure:
        sms.send_sms(NUMBER, TEXT, "k1")
    assert failure.value.temporary
    assert gateway.requests == 2


def test_after_an_answer_that_never_came_the_key_keeps_the_second_one_from_being_another_sms(
    configure: Set, gateway: TestGateway
) -> None:
    gateway.mode = "every-other"
    sms.send_sms(NUMBER, TEXT, "k1")
    assert [(one.key, one.times) for one in gateway.sent] == [("k1", 2)]


@pytest.mark.parametrize(
    "number", ["", "020-83331234", "1381234123", "23812341234", "+8613", "１３８１２３４１２３４", "x"]
)
def test_a_number_that_gets_no_sms_is_refused_before_anything_is_sent(
    configure: Set, gateway: TestGateway, number: str
) -> None:
    with pytest.raises(sms.SmsBadNumber):
        sms.send_sms(number, TEXT, "k1")
    assert not sms.may_get_sms(number)
    assert gateway.requests == 0


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
def test_an_empty_or_endless_text_is_refused(configure: Set, text: str) -> None:
    with pytest.raises(sms.SmsBadText):
        sms.send_sms(NUMBER, text, "k1")


@pytest.mark.parametrize("mode", ["ok", "error", "hang", "refuse"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_no_log_line_and_no_error_names_the_number_the_text_or_the_secret(
    configure: Set, gateway: TestGateway, caplog: pytest.LogCaptureFixture, mode: str, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    form = "mobile={number}&content={text}&password={secret}"
    configure(method=method, format="form", body=form, secret="s3cret", success="code=0")
    gateway.mode = mode
    shown = ""
    try:
        sms.send_sms(NUMBER, TEXT, "k1")
    except sms.SmsError as error:
        shown = repr(error) + repr(error.__context__)
    said = caplog.text + shown
    assert "138****1234" in said
    assert not [word for word in (NUMBER, TEXT, "党员大会", "s3cret", "%E5%85%9A") if word in said]


def test_half_a_description_is_named_and_nothing_is_sent(configure: Set, gateway: TestGateway) -> None:
    wrong = {
        "body": '{"to": "{number}"}',
        "headers": "Bearer x",
        "timeout": "soon",
        "tries": "99",
        "method": "PATCH",
        "url": "gateway.example",
    }
    for name, value in wrong.items():
        configure(**{name: value})
        assert sms.problems(), name
        assert not sms.is_on()
        with pytest.raises(sms.SmsMisconfigured):
            sms.send_sms(NUMBER, TEXT, "k1")
    configure(headers='{"Authorization": "Bearer {secret}"}')
    assert "ZHIBU_SMS_SECRET" in sms.problems()[0]
    configure(url="", secret="x")
    assert "ZHIBU_SMS_URL" in sms.problems()[0]
    assert gateway.requests == 0


def test_parts_are_counted_as_the_operators_charge_them() -> None:
    assert [sms.parts("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
    assert sms.parts("𠮷" * 36) == 2  # a rare character counts as two
