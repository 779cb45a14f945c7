"""The declared lists of transfers, of what arrives, and of letters."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.people.models import Person
from zhibu.apps.transfers import console_away, console_twofold, queries  # noqa: F401 - their lists register themselves
from zhibu.apps.transfers.models import Arrival, Letter, LetterLine, Transfer
from zhibu.apps.transfers.models.letter import LineState
from zhibu.apps.transfers.models.transfer import State
from zhibu.apps.transfers.params import grounds
from zhibu.apps.transfers.permissions import VIEW
from zhibu.apps.transfers.rules import month_words
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact, Happening

SECTION, F = "组织关系", "zhibu.apps.transfers.filters"
C = "zhibu.apps.transfers.console"
HINT = "姓名、拼音、首字母、工号"
TONES = {
    State.ASKED: "due", State.ISSUED: "info", State.RETURNED: "late", State.RECEIVED: "ok", State.LEFT: "ok",
    State.DECLINED: "plain", State.WITHDRAWN: "plain", State.REFUSED: "plain",
}  # fmt: skip
LINE_TONES = {
    LineState.UNDER_WAY: "info",
    LineState.RECEIVED: "ok",
    LineState.RETURNED: "late",
    LineState.VOID: "plain",
}


def search(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the transfers of the people meant."""
    return queries.of_people(rows, text, actor, "person")


def search_arrivals(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the arrivals of the people meant."""
    return queries.of_people(rows, text, actor, "transfer__person")


def search_letters(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the letter of a number, or those on which a name stands."""
    digits = "".join(c for c in text.split("〕")[-1] if c.isdigit())
    if digits and not any("一" <= c <= "鿿" and c not in "组介号第年" for c in text):
        return rows.filter(number=int(digits[:6]))
    named = LetterLine.objects.system("names on visible letters").filter(name__startswith=text.strip())
    return rows.filter(pk__in=named.values("letter_id"))


def link_to(person: Person, actor: Actor) -> str:
    """Return the page of a person where the viewer reaches it, else ""."""
    return person.get_absolute_url() if Person.objects.visible_to(actor).filter(pk=person.pk).exists() else ""


def validity_words(transfer: Transfer) -> str:
    """Return how long the letter under way holds."""
    if transfer.state != State.ISSUED:
        return ""
    if transfer.letter is not None:
        return transfer.letter.standing(localdate())[0]
    return transfer.their_valid_until.isoformat() if transfer.their_valid_until else ""


def state_and_validity(transfer: Transfer) -> str:
    """Return how a transfer stands, and how long its letter still holds."""
    left = validity_words(transfer)
    return f"{transfer.state_words}，{left}" if left and transfer.letter is not None else transfer.state_words


def state_tone(transfer: Transfer) -> str:
    """Return the colour of it: that of the letter while it is out."""
    if transfer.state == State.ISSUED and transfer.letter is not None:
        return transfer.letter.standing(localdate())[1]
    return TONES[State(transfer.state)]


def transfer_page(request: HttpRequest, transfer: Transfer) -> dict[str, Any]:
    """Return what the page of a transfer shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    letter = transfer.letter
    seen = letter is not None and Letter.objects.visible_to(actor).filter(pk=letter.pk).exists()
    ground = grounds("source" if transfer.state == State.DECLINED else "receive").get(transfer.ground, "")
    facts = [
        Fact("党员", transfer.person.name, url=link_to(transfer.person, actor)), Fact("方向", transfer.get_direction_display()),
        Fact("由", transfer.source_name), Fact("转往", transfer.target_name), Fact("转接原因", transfer.get_why_display()),
        Fact("党员类别", "正式党员" if transfer.as_full else "预备党员"), Fact("党费交至", month_words(transfer.paid_to)),
        Fact("联系电话", transfer.phone), Fact("介绍信", letter.code if letter else None, url=letter.get_absolute_url() if letter and seen else ""),
        Fact("抬头", transfer.addressee), Fact("有效期", validity_words(transfer)), Fact("来信编号", transfer.their_number),
        Fact("开具单位", transfer.their_issuer), Fact("来信日期", transfer.their_issued_on), Fact("来信有效期至", transfer.their_valid_until),
        Fact("提出人", f"{transfer.asked_name}（本人）" if transfer.by_self else transfer.asked_name), Fact("说明", transfer.words, wide=True),
        Fact("理由", ground), Fact("处理说明", transfer.ended_words, wide=True), Fact("办结日期", transfer.ended_on),
    ]  # fmt: skip
    numbers = [(line, LINE_TONES[LineState(line.state)]) for line in queries.letters_of(transfer)]
    return {
        "facts": [fact for fact in facts if not fact.absent], "tone": TONES[State(transfer.state)], "numbers": numbers,
        "steps": _steps(transfer), "files": files.attached(actor, transfer),
    }  # fmt: skip


def _steps(transfer: Transfer) -> list[Happening]:
    """Return the way a transfer went and what is next."""
    came = transfer.direction == "in"
    found = [Happening("登记来信" if came else "提出", transfer.asked_on, transfer.asked_name)]
    if transfer.letter is not None:
        found.append(Happening(f"开具介绍信 {transfer.letter}", transfer.letter.issued_on, transfer.letter.issued_name))
    if transfer.state == State.ASKED:
        found.append(Happening("上级审批、开介绍信", state="now"))
    if transfer.state == State.RETURNED:
        found.append(Happening("介绍信退回或过期", text=transfer.ended_words, state="now"))
    if transfer.is_open:
        where = transfer.target_name
        found.append(Happening(f"{where}接收", state="now" if transfer.state == State.ISSUED else "wait"))
    else:
        found.append(Happening(transfer.get_state_display(), transfer.ended_on, transfer.ended_words))
    return found


def arrival_page(request: HttpRequest, arrival: Arrival) -> dict[str, Any]:
    """Return what the receiving branch sees: the person as the letter says, and until when it holds."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    transfer, person = arrival.transfer, arrival.transfer.person
    words, tone = arrival.standing(localdate())
    facts = [
        Fact("党员", person.name, url=link_to(person, actor)), Fact("性别", person.get_sex_display()),
        Fact("党员类别", "正式党员" if transfer.as_full else "预备党员"), Fact("由", transfer.source_name), Fact("转往", arrival.organization),
        Fact("转接原因", transfer.get_why_display()), Fact("党费交至", month_words(transfer.paid_to)), Fact("联系电话", transfer.phone),
        Fact("介绍信", arrival.letter.code if arrival.letter else transfer.their_number), Fact("开具单位", transfer.their_issuer),
        Fact("送达日期", arrival.arrived_on), Fact("有效期至", arrival.valid_until), Fact("接收（退回）日期", arrival.answered_on),
        Fact("经办人", arrival.answered_name), Fact("退回理由", grounds("receive").get(arrival.ground, "")),
        Fact("退回说明", arrival.words, wide=True),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone, "waits": arrival.waits}


def letter_page(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    """Return what the page of a letter shows: who stands on it and how it went with each."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words, tone = letter.standing(localdate())
    facts = [
        Fact("编号", letter.code), Fact("开具党组织", letter.organization), Fact("抬头", letter.addressee), Fact("由", letter.source_name),
        Fact("去往", letter.target_name), Fact("人数", f"{letter.count} 人"), Fact("开具日期", letter.issued_on),
        Fact("有效期", f"{letter.valid_days} 天，至 {letter.valid_until.isoformat()}"), Fact("开具人", letter.issued_name),
        Fact("回执日期", letter.settled_on), Fact("作废日期", letter.void_on), Fact("作废原因", letter.void_why),
        Fact("存根保存至", letter.kept_until),
    ]  # fmt: skip
    lines = queries.lines(letter)
    seen = set(Transfer.objects.visible_to(actor).filter(lines__letter=letter).values_list("pk", flat=True))
    shown = [
        (line, LINE_TONES[LineState(line.state)], line.transfer.get_absolute_url() if line.transfer_id in seen else "")
        for line in lines
    ]
    return {"facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone, "lines": shown}


register(
    Screen(
        slug="transfers", model="transfers.Transfer", label="组织关系接转", permission=VIEW, rows=queries.listed, order="-id",
        columns=(
            Column("name", "党员", "person.name", sort="person__name", primary=True),
            Column("direction", "方向", "get_direction_display", sort="direction", kind="short"),
            Column("source", "由", "source_name", sort="source_name"),
            Column("target", "转往", "target_name", sort="target_name"),
            Column("why", "转接原因", "get_why_display", kind="short", where="export"),
            Column("asked", "提出日期", "asked_on", sort="asked_on", kind="date"),
            Column("by", "提出人", "asked_name", kind="short", where="export"),
            Column("letter", "介绍信", lambda t: t.letter.code if t.letter else t.their_number or None, kind="short", phone=False),
            Column("left", "有效期", validity_words, where="export"),
            Column("paid", "党费交至", lambda t: month_words(t.paid_to), kind="short", where="export"),
            Column("ended", "办结日期", "ended_on", sort="ended_on", kind="date", where="export"),
            Column("words", "处理说明", "ended_words", where="export"),
            Column("state", "状态", state_and_validity, sort="state", tone=state_tone),
        ),
        search=search, search_hint=HINT, filterset=f"{F}.TransferFilter", head=("transfers.transfer.register_incoming",),
        record=f"{C}.transfer_page", record_template="transfers/transfer.html",
        empty="还没有组织关系接转。打开一名党员，点“转出组织关系”；外面转来的，点“登记外来介绍信”。",
        section=SECTION, icon="arrows-right-left", position=43,
    ),
    Screen(
        slug="arrivals", model="transfers.Arrival", label="转入接收", permission=VIEW, rows=queries.listed_arrivals, order="-id",
        columns=(
            Column("name", "党员", "transfer.person.name", sort="transfer__person__name", primary=True),
            Column("source", "由", "transfer.source_name"),
            Column("organization", "接收党支部", "organization.name", sort="organization__path"),
            Column("letter", "介绍信", lambda a: a.letter.code if a.letter else a.transfer.their_number, kind="short", phone=False),
            Column("arrived", "送达日期", "arrived_on", sort="arrived_on", kind="date", where="export"),
            Column("until", "有效期至", "valid_until", kind="date"),
            Column("paid", "党费交至", lambda a: month_words(a.transfer.paid_to), kind="short", where="export"),
            Column("answered", "接收（退回）日期", "answered_on", sort="answered_on", kind="date", where="export"),
            Column("words", "退回说明", "words", where="export"),
            Column("state", "状态", lambda a: a.standing(localdate())[0], kind="short", tone=lambda a: a.standing(localdate())[1]),
        ),
        search=search_arrivals, search_hint=HINT, filterset=f"{F}.ArrivalFilter", record=f"{C}.arrival_page",
        record_template="transfers/arrival.html", empty="现在没有党员转到这里。介绍信开出以后，会马上出现在这里和待办里。",
        section=SECTION, icon="inbox-arrow-down", position=44,
    ),
    Screen(
        slug="letters", model="transfers.Letter", label="介绍信登记簿", permission=VIEW, rows=queries.listed_letters, order="-id",
        columns=(
            Column("code", "编号", "code", sort="number", kind="short", primary=True),
            Column("committee", "开具党组织", "organization.name", sort="organization__path", where="export"),
            Column("names", "党员", lambda letter: letter.names),
            Column("source", "由", "source_name"),
            Column("target", "去往", "target_name"),
            Column("addressee", "抬头", "addressee", where="export"),
            Column("count", "人数", "count", kind="number", where="export"),
            Column("issued", "开具日期", "issued_on", sort="issued_on", kind="date"),
            Column("until", "有效期至", "valid_until", sort="valid_until", kind="date", phone=False),
            Column("by", "开具人", "issued_name", kind="short", where="export"),
            Column("settled", "回执日期", "settled_on", kind="date", where="export"),
            Column("void", "作废原因", "void_why", where="export"),
            Column("kept", "存根保存至", "kept_until", kind="date", where="export"),
            Column("state", "状态", lambda letter: letter.standing(localdate())[0], kind="short", tone=lambda letter: letter.standing(localdate())[1]),
        ),
        search=search_letters, search_hint="编号或姓名", filterset=f"{F}.LetterFilter", complete=queries.with_names,
        record=f"{C}.letter_page", record_template="transfers/letter.html",
        empty="还没有开过介绍信。审批接转时自动编号开具，同一党委一年之内编号连续，作废的号也留在这里。",
        section=SECTION, icon="document-text", position=45,
    ),
)  # fmt: skip
