"""The words of requests, reports and election rules, written from the data; whoever sends them may change them."""

from zhibu.apps.elections.models import Election, Kind
from zhibu.kernel.periods import day_words

DIGITS = "〇一二三四五六七八九"


def hold_title(election: Election) -> str:
    """Return the title of the request to hold it."""
    if election.kind == Kind.BY:
        return f"关于补选{election.organization}{'委员' if election.body == 'committee' else '书记'}的请示"
    shift = "" if election.timing == "on_time" else election.timing_words()
    return (
        f"关于{election.organization}{shift}换届选举的请示"
        if election.kind == Kind.RENEWAL
        else f"关于选举{election}的请示"
    )


def hold_words(election: Election) -> str:
    """Return the words of the request to hold it."""
    lines = []
    if election.term is not None and election.kind == Kind.RENEWAL:
        lines.append(f"本届委员会任期到{day_words(election.term.until)}届满。")
    if election.words:
        lines.append(election.words)
    lines.append(
        f"现有正式党员 {election.full_members} 名。拟于{day_words(election.planned_on)}召开党员大会，"
        f"选举产生{election.seats_words}，候选人不少于 {election.least} 名。"
    )
    if election.body == "committee" and election.kind != Kind.BY:
        deputy = "书记 1 名、副书记 1 名" if election.deputy else "书记 1 名"
        lines.append(f"委员会设{deputy}，由新一届委员会第一次会议选举产生。")
    lines.append("选举采取无记名投票方式，差额选举。" if election.body == "committee" else "选举采取无记名投票方式。")
    return "\n".join(lines)


def slate_words(election: Election, names: list[str], reason: str) -> str:
    """Return the words of the request to agree to the candidates."""
    lines = [
        f"经党员充分酝酿推荐，支部委员会讨论，提出以下 {len(names)} 名同志为候选人预备人选，应选 {election.seats} 名："
        if election.organization.kind == "branch"
        else f"经党员充分酝酿推荐、集体讨论，提出以下 {len(names)} 名同志为候选人预备人选，应选 {election.seats} 名："
    ]
    lines.append("、".join(names) + "。")
    if reason:
        lines.append(f"本次调整候选人的原因：{reason}。")
    return "\n".join(lines)


def regulations(election: Election) -> str:
    """Return the usual rules of an election, to be read out, discussed and adopted."""
    held = election.held
    choose = election.seats
    return "\n".join(
        [
            f"一、根据{held.source}和上级党组织的批复，制定本办法。",
            f"二、本次大会选举{election.seats_words}。候选人名单经上级党组织同意，按姓氏笔画或上级规定的顺序排列。",
            "三、正式党员有表决权、选举权和被选举权；预备党员和受留党察看处分期间的党员没有选举权和被选举权。",
            "四、有选举权的到会人数不少于应到会人数的五分之四，方可进行选举。因故不能到会的，不能委托他人代为投票。",
            f"五、选举采取无记名投票方式。每张选票所选人数等于或少于 {choose} 人的有效，多于 {choose} 人的无效。"
            "可以投赞成票、不赞成票或弃权，也可以另选他人；另选他人的，须先不赞成候选人中的人，总数不超过应选人数。",
            "六、收回的选票等于或少于发出的选票，选举有效；多于发出的选票，选举无效，应重新选举。",
            "七、被选举人得到的赞成票超过应到会有选举权人数的一半，方可当选。超过一半的人数多于应选人数时，得票多的当选；"
            "票数相等不能确定的，就票数相等的再次投票。当选人数少于应选人数的，对不足的名额另行选举；经大会同意，也可以减少名额，不再选举。",
            "八、设监票人、计票人若干名，由大会举手表决通过。候选人不得担任监票人、计票人。选票由两名计票人各自清点、分别登记。",
            "九、当选人由监票人向大会报告计票结果后宣布，报上级党组织批准后生效。",
            "十、本办法经党员大会通过后施行。",
        ]
    )


def result_title(election: Election) -> str:
    """Return the title of the report of the result."""
    return f"关于{election}结果的报告"


def result_words(election: Election, lines: list[str]) -> str:
    """Return the words of the report: what happened at the assembly, who was elected to what."""
    return "\n".join([*lines, "以上选举结果，请审批。"])
