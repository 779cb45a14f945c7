"""A roll and votes of each side in the states that matter, with what hangs on them; the member's own places and duty."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.timezone import localdate

from tests.matrix.sensitive import picture
from zhibu.apps.voting.models import (
    Exclusion,
    Motion,
    NamedVote,
    PaperCount,
    Roll,
    RollEntry,
    Teller,
    Trustee,
    Voter,
    WrittenOpinion,
)
from zhibu.kernel import files
from zhibu.kernel.actor import Actor

MODELS = {
    "own-vote": "voting.Voter", "own-vote-check": "voting.Voter", "own-vote-file": "voting.Voter", "own-trust": "voting.Trustee", "own-count": "voting.Teller",
    "motion": "voting.Motion",
}  # fmt: skip
FILES = {"own-vote-file", "motion-file"}
#: what votes on line ask for is more than a row can hold: tests/voting goes through it with real keys
NOT_FILLED = {
    "voting.motion.tellers",
    "voting.roll.freeze",
    "voting.motion.draft_online",
    "voting.trustee.take",
    "voting.trustee.open",
    "voting.motion.stop",
}


def side(side: Any) -> None:
    """Make them in the side's branch."""
    word, branch = side.word, side.of("branch")
    roll = _roll(side, f"{word}大会")
    _roll(side, f"{word}错册", is_void=True, void_why=f"{word}错")
    entries = [_entry(side, roll, n, person) for n, person in enumerate(side.people[:3], 1)]
    draft = side.keep(_motion(side, roll, "draft", "development-2026", "paper"))
    hands = _motion(side, roll, "open", "ordinary", "hands", entitled=4, present=2, opened_on=localdate())
    paper = _motion(side, roll, "counting", "ordinary", "paper", entitled=4, present=2, opened_on=localdate())
    row = {"title": f"{word}事", "yes": 3, "no": 0, "abstain": 0, "passed": True}
    done = _motion(
        side, roll, "decided", "ordinary", "hands", entitled=4, present=3, opened_on=localdate(), decided_at=timezone.now(), valid=True,
        passed=True, result=[row], outcome=f"{word}结果", article=f"{word}条", named=True,
    )  # fmt: skip
    counted = _motion(side, roll, "counting", "ordinary", "paper", entitled=4, present=2, opened_on=localdate())
    side.keep(hands, paper, done, counted)
    for n in (1, 2):
        _count(counted, f"{word}{n}", 900 + n, round=1, settled=True, agreed=True)
    side.keep(
        NamedVote.objects.create(motion=done, entry=entries[0], choice="yes"),
        WrittenOpinion.objects.create(motion=draft, entry=entries[1], choices=["yes"], on=localdate(), by_name=f"{word}记"),
        _count(paper, f"{word}甲", 901, round=1, settled=True), _count(paper, f"{word}乙", 902, round=1, settled=True, valid=1),
    )  # fmt: skip
    _left_out(side)
    actor = Actor(account_id=side.accounts[0].pk, name=f"{word}经办")
    blob = files.store_made(f"{word}批复 {side.code}".encode(), mime="text/plain")
    more = {"permission": "voting.view", "actor": actor, "organization_id": branch.pk}
    side.keep(files.attach(paper, blob, name=f"{word}计票单.txt", **more))
    _online(side, roll, entries[0])
    _teller(side, roll, entries[0])


def _teller(side: Any, roll: Roll, entry: RollEntry) -> None:
    """Make a vote on paper with somebody who counts it."""
    paper = side.keep(_motion(side, roll, "open", "ordinary", "paper", entitled=4, present=2, opened_on=localdate()))
    side.keep(Teller.objects.create(motion=paper, person=entry.person, name=entry.name))


def _left_out(side: Any) -> None:
    """A roll on which nothing is voted yet: one proposed to be left out, one who may be; a roll to spare besides."""
    roll = _roll(side, f"{side.word}小会")
    one, _ = _entry(side, roll, 1, side.people[0]), _entry(side, roll, 2, side.people[1])
    words, consent = f"{side.word}卧床", f"{side.word}批复"
    side.keep(Exclusion.objects.create(roll=roll, entry=one, ground="bedridden", words=words, consent=consent))
    side.keep(_motion(side, roll, "draft", "ordinary", "hands"))
    for n in (1, 2):
        _entry(side, _roll(side, f"{side.word}备{n}"), 1, side.people[0])


def world(root: Any, seen: Any, other: Any, accounts: dict[str, Any]) -> None:
    """Let the member vote and be a scrutineer."""
    roll = seen.objects["voting.Roll"][0]
    entry = _entry(seen, roll, 9, accounts["member"].person)
    _online(seen, roll, entry)
    _teller(seen, roll, entry)


def _roll(side: Any, title: str, **more: Any) -> Roll:
    made: Roll = side.keep(
        Roll.objects.create(
            organization=side.of("branch"), title=title, on=localdate(), rule="assembly", by_name=f"{side.word}办", **more
        )
    )  # fmt: skip
    return made


def _entry(side: Any, roll: Roll, place: int, person: Any) -> RollEntry:
    made: RollEntry = side.keep(
        RollEntry.objects.create(
            roll=roll, person=person, place=place, name=f"{side.word}{place}", kind="正式党员", entitled=True
        )
    )
    return made


def _motion(side: Any, roll: Roll, state: str, rule: str, method: str, **more: Any) -> Motion:
    word = side.word
    made: Motion = Motion.objects.create(
        organization=roll.organization, roll=roll, title=f"{word}事", words=f"{word}说明", rule=rule, method=method,
        questions=[f"{word}事"], state=state, by_name=f"{word}办", **more,
    )  # fmt: skip
    return made


def _count(motion: Motion, name: str, account: int, **more: Any) -> PaperCount:
    values = {
        "issued": 2,
        "collected": 2,
        "valid": 2,
        "invalid": 0,
        "counts": [{"yes": 2, "no": 0, "abstain": 0}],
        **more,
    }
    made: PaperCount = PaperCount.objects.create(motion=motion, account_id=account, by_name=name, **values)
    return made


def _online(side: Any, roll: Roll, entry: RollEntry) -> None:
    """Make one that waits for its scrutineers, and one that is voted on, as far as rows can tell."""
    more = {"approval": f"{side.word}批复"}
    draft = side.keep(_motion(side, roll, "draft", "ordinary", "online", **more))
    open_ = _motion(side, roll, "open", "ordinary", "online", entitled=4, present=1, opened_on=localdate(), **more)
    ended = _motion(side, roll, "counting", "ordinary", "online", entitled=4, present=1, opened_on=localdate(), **more)
    side.keep(open_, ended)
    for motion in (open_, ended):
        more = {"has_voted": True, "receipt": f"{side.word}指纹"} if motion is ended else {}
        side.keep(Voter.objects.create(motion=motion, entry=entry, person=entry.person, **more))
    side.keep(Trustee.objects.create(motion=draft, person=entry.person, name=entry.name))


def own(world: Any) -> dict[str, dict[str, Any]]:
    """What the form does not tell by itself."""
    scan = {"petition": "hand", "number": "东党复〔2026〕7 号"}
    ticked = [str(entry.uid) for entry in world.seen.objects["voting.RollEntry"][:1]]
    return {
        "voting.motion.draft": {"rule": "ordinary", "method": "hands", "choose": "", "questions": ""},
        "voting.motion.draft_online": {**scan, "rule": "ordinary", "choose": "", "questions": ""},
        "voting.exclusion.propose": {
            **scan, "ground": "bedridden", "scan": SimpleUploadedFile("批复.jpg", picture(), "image/jpeg"),
        },
        "voting.motion.open": {"whole": "ticked", "entry": ticked},
        "voting.motion.hands": {"yes0": "2", "no0": "0", "abstain0": "0"},
        "voting.teller.count": {
            "issued": "2", "collected": "2", "valid": "2", "invalid": "0", "yes0": "2", "no0": "0", "abstain0": "0",
        },
        "voting.motion.count": {
            "issued": "2", "collected": "2", "valid": "2", "invalid": "0", "yes0": "2", "no0": "0", "abstain0": "0",
        },
    }  # fmt: skip
