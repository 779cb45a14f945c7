"""Everything that can be done to a person."""

from django.db.models import Q

from zhibu.apps.people import life_actions, national_actions  # noqa: F401 - these acts register themselves
from zhibu.apps.people.groups import GROUP_OF_PART, GROUPS
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel.actions import Action, register

S = "zhibu.apps.people.services"
F = "zhibu.apps.people.forms"
LIVE = Q(state="live")
OPEN = Q(until__isnull=True)
KEPT = Q(withdrawn_at__isnull=True)

register(
    Action(
        "people.person.create", "登记人员", "people.create", f"{S}.persons.create_person", target="none",
        form=f"{F}.CreatePersonForm", style="go", icon="user-plus",
        confirm="登记后，此人出现在归属单位和所选组织的名单里。", audit="建立人员主档",
    ),
)  # fmt: skip

for group in GROUPS:
    if group.fields:
        register(
            Action(
                f"people.person.edit.{group.code}", f"修改{group.label}", group.edit, f"{S}.persons.edit_group",
                model="people.Person", form=f"{F}.{group.code.title()}Form", when=LIVE, when_message="这份主档已合并或撤回",
                confirm="修改立即生效，前后内容都记入历史。", audit=f"修改{group.label}", icon="pencil-square", listed=False,
            )
        )  # fmt: skip

register(
    Action(
        "people.person.photo", "照片", "people.edit.identity", f"{S}.persons.set_photo", model="people.Person",
        form=f"{F}.PhotoForm", when=LIVE, confirm="照片显示在主档和身份识别页上。", audit="更换照片", icon="camera",
    ),
    Action(
        "people.person.reveal", "查看完整证件号码", "people.reveal", f"{S}.persons.reveal", model="people.Person",
        form=f"{F}.RevealForm", listed=False, confirm="完整号码只在下一页显示一次；谁在何时因何查看会记录下来，本人可以看到。",
        audit="查看完整证件号码",
    ),
    Action(
        "people.person.reveal_own", "查看本人完整号码", "", f"{S}.persons.reveal_own", model="people.Person", personal="pk",
        listed=False, when=LIVE, confirm="完整的证件号码和银行账号只在下一页显示一次；这次查看也会记录下来。",
        audit="本人查看完整号码", icon="eye",
    ),
    Action(
        "people.person.affiliate", "建立关系", "people.affiliate", f"{S}.affiliations.affiliate", model="people.Person",
        form=f"{F}.AffiliateForm", when=LIVE, icon="link",
        confirm="归属单位、行政关系、组织关系各只有一个：建立新的，原有的在同一天结束。", audit="建立关系",
    ),
    Action(
        "people.affiliation.end", "结束关系", "people.affiliate", f"{S}.affiliations.end_affiliation",
        model="people.Affiliation", form=f"{F}.EndAffiliationForm", when=OPEN, when_message="这一关系已经结束",
        confirm="结束后，该组织不再看到此人；历史仍可查。", audit="结束关系", style="danger", leaves_scope=True,
    ),
    Action(
        "people.post.appoint", "任职", "people.posts", f"{S}.affiliations.appoint", model="organizations.Organization",
        form=f"{F}.AppointForm", when=Q(dissolved_on__isnull=True), icon="identification",
        confirm="任职记入领导班子；任职不等于系统授权，账号的角色另行授予。", audit="任职",
    ),
    Action(
        "people.post.end", "结束任职", "people.posts", f"{S}.affiliations.end_post", model="people.Post",
        form=f"{F}.EndPostForm", when=OPEN, when_message="这一任职已经结束", confirm="从结束日期起不再列入领导班子。",
        audit="结束任职", style="danger",
    ),
    Action(
        "people.person.merge", "合并主档", "people.merge", f"{S}.merge.merge", model="people.Person", form=f"{F}.MergeForm",
        when=LIVE, icon="arrows-pointing-in",
        confirm="另一份主档的全部关系和记录移到这一份，另一份不再单独出现。合并前的内容留在历史里。", audit="合并主档",
    ),
    Action(
        "people.person.distinct", "不是同一人", "people.merge", f"{S}.merge.mark_distinct", model="people.Person",
        form=f"{F}.NotSameForm", listed=False, confirm="这两份主档以后不再作为疑似重复列出。", audit="核实为两人",
    ),
)  # fmt: skip

for name, part in PARTS.items():
    group = GROUP_OF_PART[name]
    label = str(part._meta.verbose_name)
    form = f"{F}.{name.title()}PartForm"
    register(
        Action(
            f"people.{name}.add", f"增加{label}", group.edit, f"{S}.parts.add_part", model="people.Person", form=form, when=LIVE,
            listed=False, confirm=f"{label}记入此人的主档。", audit=f"增加{label}", icon="plus",
        ),
        Action(
            f"people.{name}.edit", f"修改{label}", group.edit, f"{S}.parts.edit_part", model=part._meta.label, form=form,
            when=KEPT, when_message="这一条已经撤回", confirm="修改立即生效，前后内容都记入历史。", audit=f"修改{label}",
        ),
        Action(
            f"people.{name}.withdraw", f"撤回{label}", group.edit, f"{S}.parts.withdraw_part", model=part._meta.label,
            form=f"{F}.WithdrawForm", when=KEPT, when_message="这一条已经撤回", confirm="撤回后不再显示，历史里仍有。",
            audit=f"撤回{label}", style="danger",
        ),
    )  # fmt: skip
