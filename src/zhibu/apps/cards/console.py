"""The declared lists of cards, batches, readers and taps."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from zhibu.apps.cards import queries, rules
from zhibu.apps.cards.models import Assistance, Card, CardBatch, DeviceState, ReaderDevice, ReaderProfile, Tap
from zhibu.apps.cards.permissions import ASSIST, LOG, MANAGE, VIEW
from zhibu.apps.cards.services.device_taps import is_fresh
from zhibu.kernel.actor import Actor
from zhibu.kernel.cardnumbers import CardNumberError
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "IC 卡"
HIDDEN = "（不在您的管理范围内）"
F = "zhibu.apps.cards.filters"


def holder(card: Any) -> str | None:
    """Return the holder's name; somebody out of reach is not named."""
    if card.holder_id is None:
        return None
    return str(card.holder) if card.in_reach else HIDDEN


def person(tap: Any) -> str | None:
    """Return whom a tap showed, as far as the viewer may see them."""
    return str(tap.person) if tap.person_id is not None and tap.in_reach else None


def search_cards(rows: "QuerySet[Card]", text: str, actor: Actor) -> "QuerySet[Card]":
    """Keep cards by the beginning of the printed number, the chip number, or the holder's name."""
    plain = rules.printed(text) or text.upper()
    return rows.filter(
        Q(number__startswith=plain) | Q(chip=text.upper()) | Q(in_reach=True, holder__name__icontains=text)
    )


def card_context(request: HttpRequest, card: Card) -> dict[str, Any]:
    """Return the facts of a card."""
    today = localdate()
    may_open = getattr(card, "in_reach", False)
    url = card.holder.get_absolute_url() if card.holder is not None and may_open else ""
    replaced = getattr(card, "replaces", None)
    facts = [
        Fact("卡面号码", card.number),
        Fact("芯片号", card.chip, hint="规范写法：大写十六进制，读卡器字节顺序"),
        Fact("种类", card.get_kind_display()),
        Fact("持卡人" if card.state == "active" else "最近持卡人", holder(card), url=url),
        Fact("发卡日期", card.issued_on),
        Fact("有效期至", card.valid_to),
        Fact("保管单位", card.organization),
        Fact("批次", card.batch, url=card.batch.get_absolute_url()),
    ]
    if card.replaced_by is not None:
        facts.append(Fact("换成", card.replaced_by, url=card.replaced_by.get_absolute_url()))
    if replaced is not None:
        facts.append(Fact("替换", replaced, url=replaced.get_absolute_url()))
    return {"facts": facts, "state": card.state_words(today), "tone": card.tone(today)}


def batch_context(request: HttpRequest, batch: CardBatch) -> dict[str, Any]:
    """Return the facts of a batch and its first cards."""
    rows = queries.cards(request.actor).filter(batch=batch).order_by("number")[:200]  # type: ignore[attr-defined]
    today = localdate()
    facts = [
        Fact("到货日期", batch.received_on), Fact("供应商", batch.supplier), Fact("张数", batch.count),
        Fact("其中空白", batch.blank), Fact("保管单位", batch.organization), Fact("备注", batch.note),  # type: ignore[attr-defined]
    ]  # fmt: skip
    return {"facts": facts, "cards": [(card, card.state_words(today), card.tone(today), holder(card)) for card in rows]}


def reader_context(request: HttpRequest, reader: ReaderProfile) -> dict[str, Any]:
    """Return how a reader writes; `raw` in the address is a test read, which shows what it became."""
    raw = request.GET.get("raw", "").strip()[:60]
    facts = [
        Fact("卡号写法", reader.get_form_display()), Fact("卡号字节数", reader.get_length_display()),
        Fact("使用单位", reader.organization), Fact("状态", "使用中" if reader.in_use else "已停用"),
    ]  # fmt: skip
    found: dict[str, Any] = {"facts": facts, "raw": raw}
    if raw:
        try:
            found["chip"] = rules.normal_form(raw, reader.form, reader.length)
        except CardNumberError as error:
            return {**found, "fault": str(error)}
        card = queries.cards(request.actor).filter(chip=found["chip"]).first()  # type: ignore[attr-defined]
        found |= {"card": card, "random": rules.RANDOM if rules.is_random(found["chip"]) else ""}
    return found


def device_context(request: HttpRequest, device: ReaderDevice) -> dict[str, Any]:
    """Return how a machine with readers stands, and while it waits the code that enrols it."""
    words, kind = stands(device)
    open_code = device.state == DeviceState.WAITING and device.code_until is not None and device.code_until > now()
    facts = [
        Fact("状态", words), Fact("识别台", device.organization), Fact("电脑", device.machine),
        Fact("登记时间", moment(device.enrolled_at)), Fact("最近联系", moment(device.seen_at)),
        Fact("连着的读卡器", device.readers), Fact("已收到", f"{device.last_sequence} 次刷卡"),
        Fact("待传", f"{device.waiting} 次" if device.waiting else ""),
    ]  # fmt: skip
    code = device.code if open_code else ""
    return {"facts": facts, "state": words, "tone": kind, "code": code, "address": request.build_absolute_uri("/")}


def stands(device: Any) -> tuple[str, str]:
    """Return (words, kind) of how a machine with readers stands."""
    if device.state == DeviceState.ENROLLED:
        return ("已连接", "ok") if device.present else ("没有连上", "late")
    return device.get_state_display(), "due" if device.state == DeviceState.WAITING else "plain"


def moment(at: Any) -> str:
    """Return a time as the pages of this app write it."""
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def tap_context(request: HttpRequest, tap: Tap) -> dict[str, Any]:
    """Return what was seen at a desk."""
    shown = person(tap)
    url = tap.person.get_absolute_url() if shown and tap.person is not None else ""
    return {
        "facts": [
            Fact("时间", moment(tap.at)), Fact("识别台", tap.organization), Fact("经办人", tap.account_name),
            Fact("方式", tap.get_source_display()), Fact("结果", tap.get_outcome_display()), Fact("卡号尾号", tap.tail),
            Fact("人员", shown, url=url), Fact("联机读卡器", tap.device), Fact("序号", tap.sequence),
            Fact("送达时间", moment(tap.received_at) if tap.received_at and not is_fresh(tap) else ""),
        ]
    }  # fmt: skip


def assistance_context(request: HttpRequest, helped: Assistance) -> dict[str, Any]:
    """Return who was helped by whom, and what was done."""
    shown = person(helped)
    return {
        "facts": [
            Fact("本人", shown or HIDDEN), Fact("经办人", helped.account_name), Fact("识别台", helped.organization),
            Fact("本人同意的方式", helped.get_consent_display()), Fact("开始", moment(helped.begun_at)),
            Fact("结束", moment(helped.ended_at)), Fact("办了什么", "；".join(helped.done) if shown else ""),
        ]
    }  # fmt: skip


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    pages = [("读卡器", reverse("card-readers")), ("联机读卡器", reverse("card-devices"))]
    return pages if actor.may(MANAGE) else []


register(
    Screen(
        slug="cards", model="cards.Card", label="卡片", permission=VIEW, rows=queries.cards, order="number",
        columns=(
            Column("number", "卡面号码", "number", sort="number", kind="short", primary=True),
            Column("holder", "持卡人", holder),
            Column("state", "状态", lambda card: card.state_words(localdate()), kind="short", sort="state",
                   tone=lambda card: card.tone(localdate())),
            Column("issued_on", "发卡日期", "issued_on", sort="issued_on", kind="date", phone=False),
            Column("valid_to", "有效期至", "valid_to", sort="valid_to", kind="date"),
            Column("organization", "保管单位", "organization.name", sort="organization__path"),
            Column("batch", "批次", lambda card: str(card.batch), kind="short", phone=False),
            Column("chip", "芯片号", "chip", where="export"),
        ),
        search=search_cards, search_hint="卡面号码、芯片号或持卡人姓名", filterset=f"{F}.CardFilter",
        head=("cards.batch.register",), links=links, record="zhibu.apps.cards.console.card_context",
        record_template="cards/card.html", empty="还没有卡片。先设置读卡器，再登记一批新卡。", section=SECTION, icon="credit-card",
        position=40,
    ),
    Screen(
        slug="card-batches", model="cards.CardBatch", label="卡片批次", permission=VIEW, rows=queries.batches, order="-id",
        columns=(
            Column("number", "批次", str, kind="short", primary=True),
            Column("received_on", "到货日期", "received_on", sort="received_on", kind="date"),
            Column("supplier", "供应商", "supplier"),
            Column("count", "张数", "count", kind="number"),
            Column("blank", "空白", "blank", kind="number"),
            Column("organization", "保管单位", "organization.name", sort="organization__path"),
        ),
        filterset=f"{F}.BatchFilter", head=("cards.batch.register",), links=links,
        record="zhibu.apps.cards.console.batch_context", record_template="cards/batch.html",
        empty="还没有登记过新卡。", section=SECTION, icon="archive-box", position=41,
    ),
    Screen(
        slug="card-readers", model="cards.ReaderProfile", label="读卡器", permission=MANAGE,
        rows=lambda actor: ReaderProfile.objects.visible_to(actor, MANAGE).select_related("organization"), order="id",
        columns=(
            Column("name", "名称", "name", sort="name", primary=True),
            Column("form", "卡号写法", "get_form_display"),
            Column("length", "字节数", "get_length_display", kind="short", phone=False),
            Column("organization", "使用单位", "organization.name", sort="organization__path"),
            Column("in_use", "状态", lambda row: "使用中" if row.in_use else "已停用", kind="short",
                   tone=lambda row: "ok" if row.in_use else "plain"),
        ),
        filterset=f"{F}.ReaderFilter", head=("cards.reader.create",), record="zhibu.apps.cards.console.reader_context",
        record_template="cards/reader.html", empty="还没有读卡器。插上读卡器，点“设置读卡器”，试刷一张卡。", section=SECTION,
        icon="signal", position=42,
    ),
    Screen(
        slug="card-devices", model="cards.ReaderDevice", label="联机读卡器", permission=MANAGE,
        rows=lambda actor: ReaderDevice.objects.visible_to(actor, MANAGE).select_related("organization"), order="-id",
        columns=(
            Column("name", "名称", "name", sort="name", primary=True),
            Column("state", "状态", lambda row: stands(row)[0], kind="short", tone=lambda row: stands(row)[1]),
            Column("organization", "识别台", "organization.name", sort="organization__path"),
            Column("machine", "电脑", "machine", phone=False),
            Column("seen_at", "最近联系", lambda row: moment(row.seen_at), kind="short", sort="seen_at"),
            Column("waiting", "待传", "waiting", kind="number", phone=False),
        ),
        filterset=f"{F}.DeviceFilter", head=("cards.device.create",), record="zhibu.apps.cards.console.device_context",
        record_template="cards/device.html", section=SECTION, icon="computer-desktop", position=43,
        empty="还没有联机读卡器。点“新增联机读卡器”，得到登记码，在接着读卡器的电脑上输入。",
    ),
    Screen(
        slug="card-taps", model="cards.Tap", label="刷卡记录", permission=LOG, rows=queries.taps, order="-id",
        columns=(
            Column("at", "时间", lambda tap: moment(tap.at), kind="short", primary=True),
            Column("organization", "识别台", "organization.name", sort="organization__path"),
            Column("outcome", "结果", "get_outcome_display", kind="short", tone=lambda tap: rules.MEANINGS[tap.outcome].kind),
            Column("person", "人员", person),
            Column("source", "方式", "get_source_display", kind="short", phone=False),
            Column("tail", "卡号尾号", "tail", kind="short", phone=False),
            Column("account", "经办人", "account_name"),
        ),
        filterset=f"{F}.TapFilter", record="zhibu.apps.cards.console.tap_context", empty="识别台上还没有刷过卡。",
        section=SECTION, icon="clock", position=44,
    ),
    Screen(
        slug="assistances", model="cards.Assistance", label="大字服务记录", permission=ASSIST, rows=queries.assistances,
        order="-id",
        columns=(
            Column("at", "时间", lambda row: moment(row.begun_at), kind="short", primary=True),
            Column("person", "本人", lambda row: person(row) or HIDDEN),
            Column("organization", "识别台", "organization.name", sort="organization__path"),
            Column("consent", "本人同意的方式", "get_consent_display", phone=False),
            Column("done", "办了", lambda row: len(row.done), kind="number"),
            Column("account", "经办人", "account_name"),
        ),
        filterset=f"{F}.AssistanceFilter", record="zhibu.apps.cards.console.assistance_context",
        empty="还没有办过大字服务。在识别台刷卡认出本人后，点“大字服务”。", section=SECTION, icon="eye", position=45,
    ),
)  # fmt: skip
