"""What each member says of themselves, and what the slips say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.timezone import localdate

from zhibu.apps.appraisals import rules
from zhibu.apps.appraisals.models import Appraisal, Entry, State
from zhibu.apps.appraisals.services.saving import saved
from zhibu.kernel.actions import Act, Refused


@dataclass(frozen=True)
class Own:
    """The own assessment in words."""

    words: str


@dataclass(frozen=True)
class Tally:
    """Slips issued, returned and valid; votes: uid of an entry -> (优秀, 合格, 基本合格, 不合格)."""

    issued: int
    returned: int
    valid: int
    mutual: bool
    votes: Mapping[str, tuple[int, int, int, int]]


def write_own(act: Act, entry: Entry, data: Own) -> Entry:
    """Keep the own assessment; it may be written anew until the slips are counted."""
    if not data.words.strip():
        raise Refused("请写下自评", field="words")
    entry.own_words, entry.own_on, entry.own_by = data.words.strip(), localdate(), act.actor.name[:100]
    entry.rev += 1
    entry.save()
    act.log(entry, organization_id=entry.appraisal.organization_id, summary=f"{entry.name}的个人自评")
    return entry


def measure(act: Act, appraisal: Appraisal, data: Tally) -> Appraisal:
    """Keep the result of the 民主测评; it may be corrected until the ranks are decided."""
    if not data.mutual:
        raise Refused("请先个人自评、在会上进行党员互评，再登记民主测评", field="mutual", article=_article(appraisal))
    everybody = locked(appraisal)
    for violation in rules.slips(len(everybody), data.issued, data.returned, data.valid):
        raise Refused(violation.message, field=violation.code.partition(".")[2])
    entries = {str(entry.uid): entry for entry in everybody if entry.ranked}
    if set(data.votes) != set(entries):
        raise Refused("名单在您打开之后变了，请重新打开本页填写")
    for _, violation in rules.tally(data.valid, {entries[uid].name: votes for uid, votes in data.votes.items()}):
        raise Refused(violation.message)
    for uid, votes in data.votes.items():
        entry = entries[uid]
        entry.excellent, entry.good, entry.basic, entry.poor = votes
        entry.rev += 1
    Entry.objects.system("votes of an appraisal in hand").bulk_update(
        entries.values(), ["excellent", "good", "basic", "poor", "rev"], batch_size=200
    )
    appraisal.issued, appraisal.returned, appraisal.valid = data.issued, data.returned, data.valid
    appraisal.mutual = True
    if appraisal.state == State.OPEN:
        appraisal.state = State.MEASURED
    slips = f"发出 {data.issued} 张，收回 {data.returned} 张，有效 {data.valid} 张"
    return saved(act, appraisal, f"登记民主测评：{appraisal}", slips)


def locked(appraisal: Appraisal) -> list[Entry]:
    """Return the entries of an appraisal in hand, locked, in their order."""
    rows = Entry.objects.system("entries of an appraisal in hand").filter(appraisal=appraisal)
    return list(rows.select_for_update(of=("self",)).order_by("place"))


def _article(appraisal: Appraisal) -> str:
    from zhibu.apps.appraisals.params import limits

    return rules.limit_on(limits(), appraisal.on).article
