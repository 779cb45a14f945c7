"""Rates, bases, limits and shares: every row of the tables, and what holds of all amounts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.apps.dues import months, rules, rules_matching
from zhibu.apps.dues.params import caps, defaults, items, payer_labels, payers, uses
from zhibu.kernel.rules.registry import try_rule

NOW = date(2026, 11, 1)
D = Decimal
amounts = st.decimals(min_value=0, max_value=200_000, places=2)


def dues(payer: str, base: str | None, on: date = NOW, unit: str = "fen") -> rules.Monthly:
    row = rules.payer_in_force(payers(), payer, on)
    assert row is not None
    return rules.monthly(row, D(base) if base is not None else None, rules.cap_in_force(caps(), on), unit)


@pytest.mark.parametrize(
    ("payer", "base", "amount"),
    [
        ("waged", "3000.00", "15.00"), ("waged", "3000.01", "30.00"), ("waged", "5000.00", "50.00"), ("waged", "5000.01", "75.00"),
        ("waged", "6000", "90.00"), ("waged", "10000.00", "150.00"), ("waged", "10000.01", "200.00"), ("waged", "12000", "240.00"),
        ("waged", "50000", "1000.00"), ("waged", "60000", "1000.00"), ("waged", "0", "0.00"), ("annual", "3000.01", "30.00"),
        ("self_employed", "10000.01", "200.00"), ("postgraduate", "3000.00", "15.00"), ("retired", "5000.00", "25.00"),
        ("retired", "5000.01", "50.00"), ("retired", "3000", "15.00"), ("retired", "6000", "60.00"), ("retired", "8000", "80.00"),
        ("farmer", None, "0.20"), ("farmer", "1.00", "1.00"), ("student", None, "0.20"), ("unemployed", None, "0.20"),
    ],
)  # fmt: skip
def test_the_table_of_dues(payer: str, base: str | None, amount: str) -> None:
    assert dues(payer, base).amount == D(amount)


def test_sixty_thousand_would_be_1200_and_is_capped_since_2017() -> None:
    now, before = dues("waged", "60000"), dues("waged", "60000", date(2016, 12, 1))
    assert (now.computed, now.amount, now.capped) == (D("1200.00"), D("1000.00"), True)
    assert (before.amount, before.capped) == (D("1200.00"), False)
    assert "自愿" in now.steps[-1]


@pytest.mark.parametrize(("unit", "amount"), [("fen", "33.35"), ("jiao", "33.40"), ("yuan", "33.00")])
def test_rounding_is_half_up_to_fen_jiao_or_yuan(unit: str, amount: str) -> None:
    found = dues("waged", "3335.00", unit=unit)
    assert found.amount == D(amount)
    assert (len(found.steps) == 1) == (unit == "fen")
    assert rules.rounded(D("0.005")) == D("0.01")
    assert rules.rounded(D("0.05"), "jiao") == D("0.10")


@pytest.mark.parametrize(
    ("payer", "base"), [("farmer", "0.19"), ("farmer", "1.01"), ("student", "0.30"), ("waged", None), ("waged", "-1")]
)
def test_amounts_outside_the_table_are_refused(payer: str, base: str | None) -> None:
    with pytest.raises(ValueError, match=r"元|小于"):
        dues(payer, base)


@given(amounts, st.sampled_from([code for code in payer_labels() if code not in ("farmer", "student", "unemployed")]))
def test_every_base_lies_in_one_band_and_pays_its_rate_of_the_whole(base: Decimal, payer: str) -> None:
    found = dues(payer, str(base))
    row = rules.payer_in_force(payers(), payer, NOW)
    assert row is not None
    assert found.rate in {band.rate for band in row.bands}
    assert found.computed == rules.rounded(base * found.rate)  # type: ignore[operator]
    assert D(0) <= found.amount <= min(found.computed, D(1000))


@given(amounts, amounts)
def test_within_a_band_more_base_never_pays_less(one: Decimal, other: Decimal) -> None:
    less, more = sorted([one, other])
    assert dues("waged", str(less)).amount <= dues("waged", str(more)).amount  # rates rise with the bands, too


def test_there_is_no_rule_before_april_2008_nor_for_unknown_payers() -> None:
    assert rules.payer_in_force(payers(), "waged", date(2008, 3, 1)) is None
    assert rules.payer_in_force(payers(), "king", NOW) is None
    assert rules.cap_in_force(caps(), date(2016, 12, 1)) is None


def test_the_base_line_by_line_without_what_the_notice_of_2017_leaves_out() -> None:
    given_amounts = {
        "post": D(4000), "grade": D(2500), "allowance": D(800), "base_performance": D(1200), "tax": D("150.50"),
        "insurance": D("893.20"), "housing_fund": D(1020), "annuity": D(340), "transport": D(600), "meals": D(300),
        "reward_performance": D(2000), "heating": D(0),
    }  # fmt: skip
    base, lines = rules.compose(items(), given_amounts)
    assert base == D("6096.30")  # 8500 - 150.50 - 893.20 - 1020 - 340
    assert [line.code for line in lines] == [code for code in items() if given_amounts.get(code)]
    assert lines[-1].running == base
    assert all("不计入" in line.why for line in lines if line.sign != "plus")
    assert dues("waged", str(base)).amount == D("91.44")


def test_a_base_is_never_negative_nor_made_of_negative_items() -> None:
    for wrong in ({"post": D(100), "tax": D(200)}, {"post": D(-5)}):
        with pytest.raises(ValueError, match=r"多|负"):
            rules.compose(items(), wrong)


@given(st.dictionaries(st.sampled_from(sorted(items())), amounts))
def test_the_arithmetic_adds_up(chosen: dict[str, Decimal]) -> None:
    signs = {"plus": 1, "minus": -1, "none": 0}
    whole = sum((signs[items()[code].sign] * amount for code, amount in chosen.items()), D(0))
    if whole < 0:
        return
    try:
        base, lines = rules.compose(items(), chosen)
    except ValueError:
        return  # the running sum fell below nothing on the way: only at the end does it count
    assert base == whole == (lines[-1].running if lines else D(0))


def test_probation_pays_from_the_month_of_the_assembly() -> None:
    assert rules.first_month(date(2026, 7, 31)) == date(2026, 7, 1)


def test_which_version_of_a_base_holds() -> None:
    held = [(date(2025, 1, 1), 1), (date(2026, 1, 1), 2), (date(2026, 6, 1), 3)]
    assert rules.version_for(date(2026, 5, 1), held, 3) == (2, False)
    assert rules.version_for(date(2026, 6, 1), held, 3) == (3, False)
    assert rules.version_for(date(2027, 3, 1), held, 3) == (3, True)
    assert rules.version_for(date(2027, 4, 1), held, 3) is None
    assert rules.version_for(date(2024, 4, 1), held, 3) is None
    assert rules.version_for(date(2028, 1, 1), held, 3) is None


def test_a_new_wage_waits_for_january_unless_the_policy_is_that_of_2008() -> None:
    refused = rules.change_allowed("year", date(2026, 6, 1), True)
    assert refused is not None
    assert refused.article == "组电明字〔2017〕5号"
    assert rules.change_allowed("month", date(2026, 6, 1), True) is None
    assert rules.change_allowed("year", date(2026, 6, 1), False) is None
    assert rules.change_allowed("year", date(2026, 1, 1), True) is None


def test_six_months_back_and_six_ahead() -> None:
    today = date(2026, 11, 29)
    codes = {
        m: v.code if (v := rules.why_not_payable(m, today, 6, 6)) else ""
        for m in months.span(date(2026, 3, 1), date(2027, 6, 1))
    }
    assert [m for m, code in codes.items() if code == "dues.too_old"] == [date(2026, 3, 1), date(2026, 4, 1)]
    assert [m for m, code in codes.items() if code == "dues.too_early"] == [date(2027, 6, 1)]


def test_a_month_is_late_when_it_is_over_and_by_the_quarter_when_that_is() -> None:
    unpaid = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
    assert rules.overdue(unpaid, date(2026, 11, 29)) == unpaid[:2]
    assert rules.overdue(unpaid, date(2026, 11, 29), unpaid) == unpaid[:1]
    assert rules.overdue(unpaid, date(2026, 12, 31), unpaid) == unpaid[:1]
    assert rules.overdue(unpaid, date(2027, 1, 1), unpaid) == unpaid


def test_the_ladder_counts_months_in_a_row() -> None:
    assert [rules.rung(n, defaults().ladder) for n in (0, 1, 2, 3, 5, 6, 9)] == [0, 1, 1, 3, 3, 6, 6]
    assert months.longest_run([date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)]) == 2
    assert months.longest_run([date(2025, 12, 1), date(2026, 1, 1)]) == 2
    assert months.longest_run([]) == 0


@given(amounts, st.decimals(min_value=0, max_value=100, places=2))
def test_what_is_kept_and_what_goes_up_are_the_whole(amount: Decimal, kept: Decimal) -> None:
    own, up = rules.shares(amount, kept)
    assert own + up == amount
    assert own >= 0
    assert up >= 0


def test_advanced_and_withheld_money_is_refused_by_article_14() -> None:
    for origin in ("branch", "wages"):
        refused = rules.why_refused(origin)
        assert refused is not None
        assert "第十四条" in refused.article
    assert not any(rules.why_refused(one) for one in ("own", "relative", "other"))
    assert rules.suspicion("11月工资代扣党费").code == "dues.wages"  # type: ignore[union-attr]
    assert rules.suspicion("支部垫付").code == "dues.branch"  # type: ignore[union-attr]
    assert rules.suspicion("张三11月党费") is None


def debt(person: int, name: str, *owed: str) -> rules_matching.Debt:
    return rules_matching.Debt(
        person, name, tuple((date(2026, n, 1), D(amount), person * 10 + n) for n, amount in enumerate(owed, 1))
    )


def test_a_transfer_is_matched_by_name_note_and_amount() -> None:
    owed = [debt(1, "张伟", "30", "30"), debt(2, "李娜", "15"), debt(3, "王强", "90")]
    (guess,) = rules_matching.guesses("张 伟", "", D(60), owed)
    assert guess == rules_matching.Guess(1, (11, 12), True, "name")
    found = rules_matching.guesses("王强", "李娜党费", D(15), owed)
    assert [(one.person_id, one.by, one.exact) for one in found] == [(2, "note", True), (3, "name", False)]
    assert rules_matching.guesses("陌生人", "转账", D(15), owed) == []
    assert rules_matching.oldest(owed[0], D(45)) is None
    assert rules_matching.oldest(owed[0], D(30)) == (11,)


def test_two_of_a_name_are_never_guessed() -> None:
    owed = [debt(1, "张伟", "30"), debt(2, "张伟", "30")]
    found = rules_matching.guesses("张伟", "", D(30), owed)
    assert len(found) == 2
    assert rules_matching.certain(found, (), {1, 2}) is None
    alone = rules_matching.guesses("张伟", "", D(30), owed[:1])
    assert rules_matching.certain(alone, (), {1}) == alone[0]
    # a namesake who owes nothing may have paid all the same
    assert rules_matching.certain(alone, (), {1, 2}) is None
    assert rules_matching.certain(rules_matching.guesses("张伟", "", D(31), owed[:1]), (), {1}) is None
    # the note names somebody else, who owes nothing
    assert rules_matching.certain(alone, {3}, {1}) is None


def test_months_a_note_names_are_the_ones_that_are_paid() -> None:
    assert rules_matching.told_months("补交9—11月党费") == {9, 10, 11}
    assert rules_matching.told_months("9月至10月") == {9, 10}
    assert rules_matching.told_months("党费 13月 2026年") == set()
    unpaid = tuple((date(2026, n, 1), D(30), n) for n in (9, 10, 11))
    owed = rules_matching.Debt(1, "张伟", unpaid)
    assert rules_matching.chosen(owed, D(30), "党费") == (9,)
    assert rules_matching.chosen(owed, D(30), "2026年11月党费") == (11,)
    assert rules_matching.chosen(owed, D(60), "10-11月") == (10, 11)
    assert rules_matching.chosen(owed, D(30), "8月党费") is None, "that month is paid: whoever looks at it decides"
    assert rules_matching.chosen(owed, D(30), "10-11月") is None


def test_whom_a_note_and_a_payer_may_mean() -> None:
    members = {"张伟": {1, 2}, "李建国": {3}, "李建": {4}, "王": {5}}
    assert rules_matching.meant("张 伟", "11月党费", members) == (set(), {1, 2})
    assert rules_matching.meant("张伟", "代李·建国交", members) == ({3, 4}, {1, 2})
    assert rules_matching.meant("某公司", "王交", members) == (set(), set())


def test_months_in_words() -> None:
    listed = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1), date(2025, 12, 1)]
    assert months.words(listed) == "2025年12月、2026年1—2月、4月"
    assert months.quarter_end(date(2026, 11, 1)) == date(2026, 12, 1)
    assert months.quarter_end(date(2026, 3, 1)) == date(2026, 3, 1)


def test_dues_monthly_can_be_tried_by_anybody() -> None:
    found = try_rule("dues.monthly", {"payer": "waged", "base": "3000.01", "on": "2026-11-01"})
    assert (found["result"]["rate"], found["result"]["amount"]) == ("0.01", "30.00")
    assert try_rule("dues.monthly", {"payer": "student", "base": "0"})["result"]["amount"] == "0.20"
    assert try_rule("dues.monthly", {"payer": "farmer", "base": "0.50"})["result"]["amount"] == "0.50"
    for payer in ("farmer", "student", "unemployed"):
        ignoring = try_rule("dues.monthly", {"payer": payer, "base": "500.00", "on": "2026-11-01"})
        assert (ignoring["result"]["amount"], ignoring["violations"]) == ("0.20", [])
        assert "所填的 500.00 元没有采用" in ignoring["result"]["steps"][-1]
        assert "第六条" in ignoring["result"]["steps"][-1]
    assert len(try_rule("dues.monthly", {"payer": "farmer", "base": "0.50"})["result"]["steps"]) == 1
    assert try_rule("dues.monthly", {"payer": "waged"})["violations"][0]["message"] == "请填写党费计算基数"
    capped = try_rule("dues.monthly", {"payer": "waged", "base": "60000", "on": "2026-11-01"})
    assert (capped["result"]["amount"], capped["violations"][0]["code"]) == ("1000.00", "dues.capped")
    early = try_rule("dues.monthly", {"payer": "waged", "base": "1", "on": "2008-03-31"})
    assert early["violations"][0]["code"] == "dues.before"
    assert try_rule("dues.monthly", {"payer": "waged", "base": "-1"})["violations"][0]["code"] == "dues.base"


def test_the_uses_are_the_five_of_the_rule() -> None:
    assert len(uses()) == 5
