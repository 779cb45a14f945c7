"""Everything that can be done to cards, batches and readers."""

from datetime import date

from django.db.models import Q
from django.utils import timezone

from zhibu.apps.cards import queries
from zhibu.apps.cards.models import KEPT, Assistance
from zhibu.apps.cards.permissions import ASSIST, IDENTIFY, ISSUE, MANAGE
from zhibu.kernel.actions import Action, register

S = "zhibu.apps.cards.services"
F = "zhibu.apps.cards.forms"
D = "zhibu.apps.cards.forms_desk"
CARD, READER, DEVICE = "cards.Card", "cards.ReaderProfile", "cards.ReaderDevice"


def _issuable_to(today: date) -> Q:
    return Q(state="live") & ~Q(employment="deceased") & queries.without_card()


def _just_taken(today: date) -> Q:
    return Q(device__isnull=False, at__gte=timezone.now() - KEPT)


def _helping(today: date) -> Q:
    return Q(ended_at__isnull=True, begun_at__gte=timezone.now() - Assistance.OPEN)


register(
    Action(
        "cards.assist.begin", "大字服务", ASSIST, f"{S}.assisting.begin", model="people.Person", form=f"{F}_assist.BeginForm",
        when=Q(state="live") & ~Q(employment="deceased"), when_message="已去世、已合并的人不能办", not_by=("pk",), listed=False,
        icon="eye", style="go", audit="开始大字服务", leaves_scope=True,
        confirm="{obj}本人在场并同意后，用大字显示他的通知和待办，由您代看。您和他的名字都写进记录。",
    ),
    Action(
        "cards.assist.read", "念过了", ASSIST, f"{S}.assisting.read", model="cards.Assistance", form=f"{F}_assist.ReadForm",
        when=_helping, when_message="这次大字服务已经结束，请重新刷卡", own="account_id", listed=False, icon="check",
        audit="代看通知", leaves_scope=True, confirm="把念过的通知记为本人已读。",
    ),
    Action(
        "cards.assist.end", "结束服务", ASSIST, f"{S}.assisting.end", model="cards.Assistance", own="account_id", listed=False,
        when=_helping, when_message="这次大字服务已经结束", icon="arrow-path", audit="结束大字服务", leaves_scope=True,
        confirm="结束后不能再打开，要再办请本人重新刷卡。",
    ),
    Action(
        "cards.batch.register", "登记新卡", MANAGE, f"{S}.batches.register_batch", target="none", model="cards.CardBatch",
        form=f"{F}.BatchForm", style="go", icon="plus", audit="登记卡片批次",
        confirm="登记后成为空白卡，发给人之前刷不出任何人。",
    ),
    Action(
        "cards.card.issue", "发卡", ISSUE, f"{S}.cards.issue", model=CARD, form=f"{F}.IssueForm", style="go", icon="user-plus",
        when=Q(state__in=["blank", "returned"], replaced_by=None), when_message="只有空白卡和已收回的卡可以发",
        confirm="把卡 {obj} 发给一个人。从现在起，刷这张卡就显示此人。每人只有一张使用中的卡。", audit="发卡",
    ),
    Action(
        "cards.card.issue_to", "发卡", ISSUE, f"{S}.cards.issue_to", model="people.Person", form=f"{F}.IssueToForm",
        when=_issuable_to, when_message="此人已有使用中的卡，或不能发卡", icon="credit-card", audit="发卡",
        confirm="给{obj}发一张卡。从现在起，刷这张卡就显示此人。",
    ),
    Action(
        "cards.card.lost", "挂失", ISSUE, f"{S}.cards.report_lost", model=CARD, form=f"{F}.ReasonForm", style="danger",
        when=Q(state="active"), when_message="只有使用中的卡可以挂失", icon="no-symbol", audit="挂失",
        confirm="卡 {obj} 立即停用，再刷会大声提示已挂失。找到后可以解除挂失，补发请办“换卡”。",
    ),
    Action(
        "cards.card.found", "解除挂失", ISSUE, f"{S}.cards.found_again", model=CARD, form=f"{F}.ReasonForm",
        when=Q(state="lost"), when_message="这张卡没有挂失", icon="arrow-uturn-left", audit="解除挂失",
        confirm="卡 {obj} 恢复使用。请先核对本人的身份证件。",
    ),
    Action(
        "cards.card.replace", "换卡", ISSUE, f"{S}.cards.replace", model=CARD, form=f"{F}.ReplaceForm",
        when=Q(state__in=["active", "lost"]), when_message="只有使用中或挂失的卡可以换", icon="arrow-path", audit="换卡",
        confirm="发新卡，旧卡 {obj} 同时作废，再也不能恢复。",
    ),
    Action(
        "cards.card.return", "收回", ISSUE, f"{S}.cards.take_back", model=CARD, form=f"{F}.ReasonForm", style="danger",
        when=Q(state__in=["active", "lost"]), when_message="这张卡不在外面", icon="inbox-arrow-down", audit="收回卡片",
        confirm="卡 {obj} 停用并收回，以后可以再发给别人。",
    ),
    Action(
        "cards.card.extend", "延长有效期", ISSUE, f"{S}.cards.extend", model=CARD, form=f"{F}.ExtendForm",
        when=Q(state="active"), when_message="只有使用中的卡有有效期", icon="calendar-days", audit="延长有效期",
        confirm="卡 {obj} 用到新的日期，当天仍有效。",
    ),
    Action(
        "cards.card.destroy", "作废", MANAGE, f"{S}.cards.destroy", model=CARD, form=f"{F}.ReasonForm", style="danger",
        when=Q(state__in=["blank", "lost", "returned"]), when_message="使用中的卡要先收回或挂失", icon="trash", audit="作废卡片",
        confirm="卡 {obj} 永久作废，不能再发。芯片号和卡面号码保留，不会登记第二次。",
    ),
    Action(
        "cards.reader.create", "设置读卡器", MANAGE, f"{S}.readers.create", target="none", model=READER,
        form=f"{F}.NewReaderForm", style="go", icon="plus", audit="设置读卡器",
        confirm="告诉系统这台读卡器怎样写卡号，刷出来的数就能认出同一张卡。",
    ),
    Action(
        "cards.reader.edit", "修改", MANAGE, f"{S}.readers.edit", model=READER, form=f"{F}.ReaderForm", icon="pencil-square",
        confirm="修改后，用“{obj}”的识别台立即按新写法读卡。已登记的卡不受影响。", audit="修改读卡器",
    ),
    Action(
        "cards.reader.retire", "停用", MANAGE, f"{S}.readers.retire", model=READER, style="danger", icon="no-symbol",
        when=Q(in_use=True), when_message="已经停用", confirm="停用“{obj}”后，识别台和登记页不再出现它。", audit="停用读卡器",
    ),
    Action(
        "cards.reader.restore", "恢复使用", MANAGE, f"{S}.readers.restore", model=READER, icon="arrow-uturn-left",
        when=Q(in_use=False), when_message="正在使用", confirm="“{obj}”重新出现在识别台和登记页上。", audit="恢复读卡器",
    ),
    Action(
        "cards.device.create", "新增联机读卡器", MANAGE, f"{S}.devices.create", target="none", model=DEVICE,
        form=f"{F}_devices.NewDeviceForm", style="go", icon="plus", audit="新增联机读卡器",
        confirm="生成一次性登记码，一小时内在接着读卡器的电脑上输入；登记后，那台电脑刷的卡直接出现在识别台上。",
    ),
    Action(
        "cards.device.renew_code", "重新生成登记码", MANAGE, f"{S}.devices.renew_code", model=DEVICE, icon="key",
        when=Q(state="waiting"), when_message="只有还没登记的联机读卡器才需要登记码", audit="重新生成登记码",
        confirm="“{obj}”得到新的登记码，一小时内有效，原来的作废。",
    ),
    Action(
        "cards.device.revoke", "停用", MANAGE, f"{S}.devices.revoke", model=DEVICE, form=f"{F}_devices.RevokeForm",
        style="danger", icon="no-symbol", when=~Q(state="revoked"), when_message="已经停用", audit="停用联机读卡器",
        confirm="从现在起，“{obj}”传来的刷卡一律不收，不能恢复；要再用，请新增一台。电脑丢了、换了，都应停用。",
    ),
    # whose card it is may lie outside the clerk's reach: the log says so, the desk does not
    Action(
        "cards.desk.tap", "识别", IDENTIFY, f"{S}.taps.tap", target="none", model="cards.Tap", form=f"{D}.TapForm", style="go",
        icon="identification", confirm="每次刷卡都有记录：谁、何时、在哪个识别台、结果如何。", audit="刷卡识别", leaves_scope=True,
    ),
    Action(
        "cards.desk.show", "显示刷卡结果", IDENTIFY, f"{S}.taps.show", model="cards.Tap", listed=False, icon="identification",
        when=_just_taken, when_message="这次刷卡已经过去，请重新刷卡", audit="识别台显示", leaves_scope=True,
        confirm="在识别台显示这次联机刷卡的结果，并记下是谁看的。",
    ),
    Action(
        "cards.desk.look_up", "身份识别", IDENTIFY, f"{S}.taps.look_up", model="people.Person", form=f"{D}.LookUpForm",
        listed=False, icon="identification", confirm="在识别台打开{obj}的页面，记为“按姓名查找”。", audit="按姓名查找",
        when=Q(state="live"), when_message="这份主档已合并或撤回", leaves_scope=True,
    ),
)  # fmt: skip
