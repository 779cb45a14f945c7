"""The curve by published vectors and the laws of a group; sealed ballots by whatever people choose; codes by slips of the pen."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhibu.apps.voting import curve, evidence, sealed
from zhibu.apps.voting.curve import G, N, add, combine, multiply, negative, read, write
from zhibu.apps.voting.sealed import BadCode, BadEvidence, Frame

numbers = st.integers(0, N - 1)


def test_the_curve_is_that_of_the_standard() -> None:
    """GB/T 32918.5-2017, the example of its annex: a private key and its public key."""
    secret = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    public = (
        0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
        0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
    )
    assert multiply(secret, G) == public
    assert multiply(N - 1, G) == negative(G)
    assert add(multiply(N - 1, G), G) is None


@settings(max_examples=12)
@given(numbers, numbers)
def test_points_are_a_group_and_are_read_as_written(a: int, b: int) -> None:
    left, right = multiply(a, G), multiply(b, G)
    assert add(left, right) == multiply(a + b, G) == add(right, left)
    assert combine(a, G, b, left) == multiply(a + a * b, G)
    assert read(write(left)) == left
    assert curve.on_curve(left)
    assert add(left, negative(left)) is None


@pytest.mark.parametrize("text", ["", "00ff", "05" + "0" * 64, "02" + "z" * 64, "02" + "f" * 64, "02" + "0" * 63 + "5"])
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(curve.BadPoint):
        read(text)


def keys(number: int) -> tuple[Frame, list[int]]:
    secrets = [sealed.secret_of(sealed.new_code(), "vote", str(n)) for n in range(number)]
    return Frame("vote", sealed.joint([sealed.public_of(one) for one in secrets]), 2, None), secrets


@settings(max_examples=5)
@given(st.lists(st.tuples(*[st.sampled_from(sealed.OPTIONS)] * 2), max_size=4), st.integers(2, 3))
def test_the_sums_are_what_was_chosen(votes: list[tuple[str, ...]], scrutineers: int) -> None:
    frame, secrets = keys(scrutineers)
    ballots = [sealed.check(frame, str(n), sealed.seal(frame, str(n), vote)) for n, vote in enumerate(votes)]
    sums = sealed.total(frame, ballots)
    shares = [sealed.open_share(frame, one, sums) for one in secrets]
    for one, share in zip(secrets, shares, strict=True):
        sealed.check_share(frame, sealed.public_of(one), sums, share)
    expected = [{o: sum(vote[n] == o for vote in votes) for o in sealed.OPTIONS} for n in range(2)]
    assert sealed.result(sums, shares, len(votes)) == expected


def test_the_same_choice_never_looks_the_same() -> None:
    frame, _ = keys(2)
    assert sealed.seal(frame, "1", ("yes", "no")) != sealed.seal(frame, "1", ("yes", "no"))


def test_a_ballot_of_more_than_one_vote_or_too_many_approvals_is_found() -> None:
    frame, _ = keys(2)
    limited = Frame("vote", frame.key, 2, 1)
    with pytest.raises(ValueError, match="too many"):
        sealed.seal(limited, "1", ("yes", "yes"))
    with pytest.raises(ValueError, match="one choice"):
        sealed.seal(frame, "1", ("yes",))
    both = sealed.seal(frame, "1", ("yes", "yes"))
    with pytest.raises(BadEvidence):
        sealed.check(limited, "1", both)  # no proof of the limit
    assert sealed.check(limited, "1", sealed.seal(limited, "1", ("no", "yes")))
    doubled = json.loads(both)
    doubled["questions"][0]["options"][1] = doubled["questions"][0]["options"][0]
    for wrong in (json.dumps(doubled), both.replace('"c"', '"d"'), "{}", "no json"):
        with pytest.raises(BadEvidence):
            sealed.check(frame, "1", wrong)
    with pytest.raises(BadEvidence):
        sealed.check(frame, "2", both)  # of another place


def test_a_code_is_read_as_people_write_it_and_a_slip_of_the_pen_is_told() -> None:
    code = sealed.new_code()
    secret = sealed.secret_of(code, "vote", "1")
    assert sealed.secret_of(code.lower().replace("-", " ").replace("0", "o").replace("1", "l"), "vote", "1") == secret
    assert sealed.secret_of(code, "vote", "2") != secret
    with pytest.raises(BadCode, match="24 个"):
        sealed.secret_of(code[:-1], "vote", "1")
    first = "A" if code[0] != "A" else "B"
    with pytest.raises(BadCode, match="输错"):
        sealed.secret_of(first + code[1:], "vote", "1")


def evidence_of(votes: list[str]) -> dict[str, Any]:
    """Make what the platform publishes of a vote on one question."""
    slots, secrets = ["a", "b"], []
    for slot in slots:
        secrets.append(sealed.secret_of(sealed.new_code(), "vote", slot))
    publics = [sealed.public_of(one) for one in secrets]
    frame = Frame("vote", sealed.joint(publics), 1)
    ballots = [{"slot": str(n), "ballot": sealed.seal(frame, str(n), [vote])} for n, vote in enumerate(votes)]
    sums = sealed.total(frame, [sealed.check(frame, one["slot"], one["ballot"]) for one in ballots])
    trustees = [
        {
            "name": slot, "slot": slot, "public": write(public), "proof": sealed.prove_secret(secret, f"vote/{slot}"),
            "shares": sealed.open_share(frame, secret, sums),
        }
        for slot, public, secret in zip(slots, publics, secrets, strict=True)
    ]  # fmt: skip
    result = [{option: votes.count(option) for option in sealed.OPTIONS}]
    return {
        "vote": "vote", "title": "决议", "questions": ["决议"], "choose": None, "key": write(frame.key), "trustees": trustees,
        "ballots": ballots, "result": result,
    }  # fmt: skip


def test_evidence_holds_and_every_change_is_found() -> None:
    text = json.dumps(evidence_of(["yes", "no"]))
    good = evidence.recheck(json.loads(text))
    assert good.holds
    assert good.figures == ({"yes": 1, "no": 1, "abstain": 0},)

    def spoilt(change: Any) -> evidence.Recheck:
        data = json.loads(text)
        change(data)
        return evidence.recheck(data)

    assert not spoilt(lambda d: d["result"][0].update(yes=2, no=0)).holds
    assert not spoilt(lambda d: d["ballots"].pop()).holds
    assert not spoilt(lambda d: d["ballots"].append(d["ballots"][0])).holds
    assert not spoilt(lambda d: d["trustees"].pop()).holds
    assert not spoilt(lambda d: d["trustees"][0].update(shares=[])).holds
    assert not spoilt(lambda d: d["trustees"][0].update(proof={"c": 1, "s": 1})).holds
    assert not spoilt(lambda d: d["trustees"][0].update(public="00")).holds
    assert not spoilt(lambda d: d["trustees"][0]["shares"].pop()).holds
    assert not spoilt(lambda d: d["trustees"][0]["shares"][0].update(s=1)).holds
    assert not spoilt(lambda d: d.pop("key")).holds


def test_the_command_checks_a_file_without_a_database(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from zhibu.cli import main

    file = tmp_path / "vote.json"
    file.write_text(json.dumps(evidence_of(["yes"])), encoding="utf-8")
    assert main(["votes", "check", str(file)]) == 0
    assert "赞成 1，不赞成 0，弃权 0" in capsys.readouterr().out
    file.write_text("{}", encoding="utf-8")
    assert main(["votes", "check", str(file)]) == 1
    assert main(["votes", "check", str(tmp_path / "none.json")]) == 2
