"""Invented content of the style page: every component in every state, on pages like the real ones."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.nav import Section
from zhibu.kernel.ui.parts import Bar, Change, Chip, Entry, Fact, Happening, Link, Page, Progress, TreeNode

Context = dict[str, Any]
QUEUED = Progress("导入人员", 0, None, "/ui/progress/", "queued", "前面还有 1 项，马上开始")


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="姓名", max_length=20, help_text="与身份证上的姓名一致")
    phone = forms.CharField(label="手机号码", max_length=11, required=False)
    birth_date = forms.DateField(label="出生日期", help_text="例如 1958-03-12")
    pay = forms.DecimalField(label="月收入（元）", decimal_places=2, required=False)
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label="人员类别", choices=[("", "请选择"), ("a", "在职"), ("b", "离岗"), ("c", "退休"), ("d", "托养托管")]
    )
    skills = forms.MultipleChoiceField(
        label="特长",
        choices=[(x, x) for x in ("书法", "摄影", "文艺", "计算机", "木工")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(label="照片", required=False, help_text="JPG 或 PNG，不超过 5 MB")
    note = forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="已向本人核对")


def shell(path: str) -> Context:
    """Return the frame as a branch secretary would see it."""
    work = [
        ("工作台", "", "home", 0), ("待办", "workbench", "inbox", 6),
    ]  # fmt: skip
    people = [
        ("人员", "list", "users", 0),
        ("组织机构", "tree", "building-library", 0),
        ("导入花名册", "wizard", "arrow-up-tray", 0),
    ]
    more = [("规则试算", "form", "scale", 0), ("账号与权限", "record", "key", 2)]

    def links(rows: list[tuple[str, str, str, int]]) -> tuple[Link, ...]:
        return tuple(
            Link(label, url, here=url == path, count=count, icon=icon)
            for label, page, icon, count in rows
            for url in [f"/ui/{page}/" if page else "/ui/"]
        )

    nav = (Section("", links(work)), Section("人员与组织", links(people)), Section("管理", links(more)))
    tabs = links(
        [
            ("工作台", "workbench", "home", 0),
            ("找人", "list", "magnifying-glass", 0),
            ("待办", "wizard", "inbox", 6),
            ("我的", "record", "user", 0),
        ]
    )
    return {
        "nav": nav,
        "nav_tabs": tabs,
        "nav_account": (Link("我的资料", "/ui/record/", icon="identification"),),
        "signed_in": True,
        "search_url": "/search/",
        "actor": Actor(account_id=1, name="李秀兰"),
    }


def _components(request: HttpRequest) -> Context:
    return {
        "title": "样式",
        "subtitle": "每个部件的每种状态；只在开发时可见",
        "crumbs": (Link("首页", "/"), Link("样式", "")),
        "states": (
            ("ok", "已办"),
            ("due", "还剩 2 天"),
            ("late", "逾期 3 天"),
            ("info", "公示中"),
            ("plain", "未开始"),
        ),
        "chips": (Chip("离岗", "?", on=True), Chip("江北片区", "?", on=True), Chip("退休", "?"), Chip("在职", "?")),
        "page": Page(25, 201, previous_url="?", next_url="?"),
        "works": (
            QUEUED,
            Progress("导入人员", 1240, 3000, "/ui/", "paused", "正在写入第 1,240 行"),
            Progress("导入人员", 3000, 3000, "/ui/", "done", "全部写入", (Link("查看人员", "/ui/list/"),)),
            Progress(
                "导入人员", 120, 3000, "/ui/", "failed", "第 121 行的组织已撤销，没有写入任何一行。请改正后重新导入。"
            ),
        ),
        "bars": (
            Bar("江北一支部", 41),
            Bar("江北二支部", 36),
            Bar("东山一支部", 28, kind="due"),
            Bar("机关支部", 9, kind="late"),
        ),
        "amount": Decimal("1486.50"),
        "negative": Decimal("-30"),
    }


def _workbench(request: HttpRequest) -> Context:
    return {
        "title": "李书记，上午好",
        "subtitle": "11 月 24 日 星期二 · 还有 4 件事等您办理",
        "todo": (
            (
                "late",
                "逾期 3 天",
                "张建国：预备期转正讨论",
                "预备期 11 月 21 日届满，应召开支部党员大会（细则第三十二条）",
                "安排大会",
            ),
            ("due", "今天截止", "核对 5 名离岗党员的手机号码", "41 人中 36 人已核对，其余 5 人的号码是空的", "去核对"),
            (
                "due",
                "还剩 2 天",
                "花名册导入：12 行需要您决定",
                "与已有人员姓名、出生日期相同，可能是同一个人",
                "去处理",
            ),
            ("info", "待审批", "王敏申请更正家庭住址", "提交于 11 月 22 日，原住址与新住址见详情", "查看"),
        ),
        "lights": (
            ("支部党员大会（每季度）", "ok", "已开 11/06"),
            ("支委会（每月）", "due", "本月未开"),
            ("民主评议（每年）", "late", "未安排"),
        ),
    }


def _list(request: HttpRequest) -> Context:
    return {
        "title": "人员",
        "subtitle": "东江实业党委及所属 · 共 1,204 人",
        "chips": (Chip("离岗", "?", on=True), Chip("支部", "?"), Chip("年龄", "?"), Chip("更多条件", "?")),
        "page": Page(4, 312, next_url="?"),
        "rows": (
            ("陈桂芳", "女", 68, "江北一支部", "退休", "1986-07-01", "late", "2 个月未联系", Decimal("1486.50")),
            ("黄志强", "男", 61, "江北一支部", "离岗", "1994-06-20", "ok", "11-12 主题党日", Decimal("930")),
            (
                "阿依古丽·买买提",
                "女",
                57,
                "东山片区第二联合党支部",
                "在职",
                "2001-12-05",
                "due",
                "47 天未联系",
                Decimal("12004.30"),
            ),
            ("张建国", "男", 43, "东山二支部", "劳务派遣", "2025-11-21", "info", "待确认", None),
        ),
    }


def _record(request: HttpRequest) -> Context:
    return {
        "title": "陈桂芳",
        "crumbs": (Link("人员", "/ui/list/"), Link("江北一支部", "/ui/tree/"), Link("陈桂芳", "")),
        "tabs": (Link("基本情况", "/ui/record/", here=True), Link("组织关系", "/ui/record/"),
            Link("变更记录", "/ui/record/", count=3)),
        "facts": (
            Fact("性别", "女"),
            Fact("出生日期", "1958-03-12（68 岁）"),
            Fact("证件号码", "4401**********2246", reveal_url="/ui/record/"),
            Fact("手机", "138****0921", reveal_url="/ui/record/"),
            Fact("曾用名"),
            Fact("所在支部", "江北一支部", url="/ui/tree/", hint="2019-06-01 起"),
            Fact("现住址", "东江市江北区沿江东路 118 号 3 栋 1204 房", wide=True),
        ),
        "trail": (
            Happening("进入托管", date(2019, 6, 1), "协议托管，江北工作站"),
            Happening("退休", date(2013, 3, 12), "东江实业机修厂", url="/ui/record/"),
            Happening("更正申请待审核", datetime(2026, 11, 22, 9, 30), "家庭住址", state="now"),
            Happening("养老资格认证", "2027 年 3 月", state="wait"),
        ),
        "history": (
            Entry(
                "更正联系方式", "周敏（江北工作站）", datetime(2026, 11, 3, 15, 20),
                (
                    Change("手机", "137****2210", "138****0921"),
                    Change("微信", "", "cgf1958"),
                    Change("传真", "6681220", ""),
                ),
                "本人到站更正",
            ),
            Entry("导入", "何平（组织部）", datetime(2026, 9, 1, 10, 5)),
        ),
    }  # fmt: skip


def _form(request: HttpRequest) -> Context:
    bad = {"phone": "138", "birth_date": "1958.13.12", "pay": "一千", "sex": "3"}
    form = SampleForm(bad) if request.GET.get("bad") else SampleForm(initial={"name": "陈桂芳"})
    return {
        "title": "更正基本情况",
        "subtitle": "保存后，本人和上级组织都能看到改了什么",
        "form": form,
        "cancel_url": "/ui/",
    }


def _tree(request: HttpRequest) -> Context:
    groups = tuple(TreeNode(f"第{x}党小组", "/ui/tree/", count=12) for x in "一二")
    branches = (
        TreeNode("江北一支部", "/ui/tree/", count=41, children=groups, is_open=True),
        TreeNode("江北二支部", "/ui/tree/", count=36, more_url="/ui/tree/"),
    )
    nodes = (
        TreeNode(
            "东江实业党委", "/ui/tree/", 1204, is_open=True,
            children=(
                TreeNode("江北片区党总支", "/ui/tree/", 420, "党总支", branches, is_open=True),
                TreeNode("东山片区党总支", "/ui/tree/", 388, "党总支", (TreeNode("东山一支部", "/ui/tree/", 28),)),
                TreeNode("机关党支部", "/ui/tree/", 96),
            ),
        ),
    )  # fmt: skip
    return {"title": "组织机构", "nodes": nodes}


def _wizard(request: HttpRequest) -> Context:
    return {
        "title": "导入花名册",
        "subtitle": "花名册 2026.xlsx · 工作表“在册人员”",
        "steps": ("选择文件", "对应各列", "核对", "写入"),
        "faults": (
            ("C7", "出生日期", "1958-13-12", "月份应在 1 至 12 之间"),
            ("D9", "证件号码", "1.1E+17", "Excel 把证件号码变成了科学计数，请把该列设为文本后重新填写"),
        ),
    }


def _confirm(request: HttpRequest) -> Context:
    return {
        "title": "撤销江北二支部",
        "sentence": "江北二支部自 2026-12-01 起撤销，36 名人员转入江北一支部。",
        "consequences": ("支部书记、委员的任职同日结束。", "以前的台账仍显示“江北二支部”。"),
        "form": forms.Form(),
        "label": "确认撤销",
        "grave": True,
        "cancel_url": "/ui/",
    }


def _plain(request: HttpRequest) -> Context:
    return {"title": "登录", "signed_in": False}


PAGES: dict[str, tuple[str, Callable[[HttpRequest], Context]]] = {
    "components": ("ui/style/components.html", _components),
    "workbench": ("ui/style/workbench.html", _workbench),
    "list": ("ui/style/list.html", _list),
    "record": ("ui/style/record.html", _record),
    "form": ("ui/form_page.html", _form),
    "tree": ("ui/style/tree.html", _tree),
    "wizard": ("ui/style/wizard.html", _wizard),
    "confirm": ("ui/confirm.html", _confirm),
    "login": ("ui/style/login.html", _plain),
    "progress": ("ui/style/progress.html", lambda request: {"work": QUEUED}),  # the part that the bar asks for again
    "print": ("ui/style/print.html", _record),
}
