"""The form renderer: label, hint, error tied to the box; words that say what to mend; the keyboard that fits."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils.html import escape

from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actor import ANONYMOUS
from zhibu.kernel.ui.forms import ZhibuRenderer, error_links


class PersonForm(forms.Form):
    default_renderer = ZhibuRenderer

    name = forms.CharField(label="姓名", max_length=4, help_text="与身份证上的一致")
    born = forms.DateField(label="出生日期")
    pay = forms.DecimalField(label="月收入", required=False, max_value=99999)
    mobile = forms.CharField(label="手机", required=False)
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="已核对")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean_mobile(self) -> str:
        if len(self.cleaned_data["mobile"]) not in {0, 11}:
            raise forms.ValidationError("手机号码应是 11 位数字")
        return str(self.cleaned_data["mobile"])


GOOD = {"name": "陈桂芳", "born": "1958-03-12", "sex": "2", "agree": "on", "token": "x"}


def box(html: str, name: str) -> str:
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', html)
    assert found, name
    return found.group()


def form(**changes: Any) -> PersonForm:
    return PersonForm({**GOOD, **changes})


def test_hint_and_error_are_tied_to_the_box() -> None:
    name = box(str(form(name="")), "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'aria-invalid="true"' in name
    html = str(form(name=""))
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert html.index('for="id_name"') < html.index('id="id_name_helptext"') < html.index('name="name"')


def test_required_is_a_word_not_a_star() -> None:
    html = str(PersonForm())
    assert '姓名<span class="required">必填</span>' in html
    assert "手机<span" not in html


def test_says_what_to_mend() -> None:
    wrong = form(name="", born="1958.13.12", pay="一千", mobile="138", sex="9", agree="")
    assert [message for _, _, message in error_links(wrong)] == [
        "请填写姓名",
        "没有这一天，请写成 1958-03-12 的样子",
        "请填写数字，例如 1200.50",
        "手机号码应是 11 位数字",
        "请从列表中选择性别",
        "请勾选“已核对”",
    ]
    assert [m for _, _, m in error_links(form(name="买买提·阿依古丽", pay="100000"))] == [
        "太长了，最多 4 个字",
        "不能大于 99999",
    ]


def test_summary_links_to_every_box() -> None:
    html = str(form(name="", sex="", agree=""))
    assert "有 3 处需要改正" in html
    for anchor in re.findall(r'<a href="#([^"]+)"', html):
        assert f'id="{anchor}"' in html


def test_errors_of_hidden_fields_and_of_the_whole_form_are_shown() -> None:
    whole = form(token="")
    whole.add_error(None, "结束日期早于开始日期")
    html = str(whole)
    assert "结束日期早于开始日期" in html
    assert error_links(whole)[1][0] == ""


def test_dates_use_the_calendar_of_the_browser() -> None:
    assert 'type="date"' in box(str(PersonForm(initial={"born": "1958-03-12"})), "born")


def test_an_unreadable_date_stays_to_be_seen() -> None:
    born = box(str(form(born="五八年三月")), "born")
    assert 'type="text"' in born
    assert 'value="五八年三月"' in born


def test_numbers_do_not_change_under_the_wheel() -> None:
    pay = box(str(PersonForm()), "pay")
    assert 'type="text"' in pay
    assert 'inputmode="decimal"' in pay
    assert "step=" not in pay


def test_the_browser_offers_no_data_of_the_clerk() -> None:
    mobile = box(str(PersonForm()), "mobile")
    assert 'autocomplete="off"' in mobile
    assert 'inputmode="tel"' in mobile


def test_what_the_author_says_wins() -> None:
    class LogIn(PersonForm):
        name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "username", "class": "wide"}))

    name = box(str(LogIn()), "name")
    assert 'autocomplete="username"' in name
    assert "input wide" in name
    assert name.count("autocomplete") == 1


def test_a_count_asks_for_a_whole_number_and_a_link_for_an_address() -> None:
    class Count(forms.IntegerField):
        """As apps make their own."""

    class Meeting(PersonForm):
        votes = Count(label="赞成")
        link = forms.URLField(label="链接", assume_scheme="https")

    html = str(Meeting({**GOOD, "votes": "14.5", "link": "javascript:alert(1)"}))
    assert "请填写整数，例如 12" in html
    assert "请填写完整的网址" in html


def test_choices_stand_in_a_fieldset() -> None:
    html = str(PersonForm())
    assert re.search(r"<fieldset[^>]*>\s*<legend>性别", html)
    assert html.count('type="radio"') == 2


def test_nothing_typed_becomes_markup() -> None:
    bad = '"><script>alert(1)</script>'
    html = str(form(name=bad, sex=bad))
    assert "<script>" not in html
    assert escape(bad) in html


def test_a_group_leaves_out_fields_that_may_not_be_edited() -> None:
    shown = PersonForm()
    del shown.fields["pay"]
    html = Template('{% field_group form "name pay mobile" legend="联系" %}').render(Context({"form": shown}))
    assert 'name="mobile"' in html
    assert 'name="pay"' not in html
    assert "<legend>联系</legend>" in html


class TermForm(ActionForm):
    since = forms.DateField(label="起")
    at = forms.DateTimeField(label="时间", required=False)


@pytest.mark.parametrize(
    ("name", "value"), [("since", "9999-12-31"), ("since", "0001-01-01"), ("at", "9999-12-31 23:59")]
)
def test_a_mistyped_year_is_told_at_the_field(name: str, value: str) -> None:
    """Terms are reckoned from what a form holds: behind the last day of the calendar there is no other."""
    typed = TermForm({"since": "1872-12-26", name: value}, actor=ANONYMOUS)
    assert typed.errors == {name: ["年份要在 1800 到 2999 之间，请核对"]}


def test_old_archives_and_long_terms_may_be_typed() -> None:
    assert TermForm({"since": "1872-12-26", "at": "2199-01-01 08:00"}, actor=ANONYMOUS).is_valid()


def test_a_browser_cuts_no_pasted_text_we_say_how_long_it_may_be() -> None:
    class Form(forms.Form):
        name = forms.CharField(label="姓名", max_length=20)
        note = forms.CharField(label="备注", max_length=200, widget=forms.Textarea)
        code = forms.CharField(max_length=12, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))

    form = Form({"name": "长" * 21, "note": "一", "code": "123456"})
    drawn = {name: str(form[name]) for name in form.fields}
    assert {name for name, html in drawn.items() if "maxlength" in html} == {"code"}
    assert form["name"].messages == ["太长了，最多 20 个字"]  # type: ignore[attr-defined]
    assert "长" * 21 in drawn["name"]
