"""The acts of a working life, one for each step of `life.STEPS`, and taking one back. Imported by `actions`."""

from django.db.models import Q

from zhibu.apps.people.life import STEPS, Step
from zhibu.apps.people.models.life import standing
from zhibu.apps.people.services.life import permission_of
from zhibu.kernel.actions import Action, register

S = "zhibu.apps.people.services"
F = "zhibu.apps.people.forms_life"
ICONS = {
    "join": "user-plus", "change_post": "briefcase", "off_post": "pause-circle", "retire": "sun", "transfer": "arrows-right-left",
    "dispatch_in": "arrow-right-end-on-rectangle", "dispatch_out": "arrow-right-start-on-rectangle", "enter_care": "heart",
    "leave_care": "arrow-uturn-left", "leave": "arrow-right-start-on-rectangle", "die": "archive-box",
}  # fmt: skip
GRAVE = frozenset({"leave", "die", "dispatch_out"})


def action_of(step: Step) -> Action:
    """Return the act that enters an event of that kind."""
    return Action(
        f"people.life.{step.code}", step.label, permission_of(step), f"{S}.life.enter", model="people.Person",
        form=f"{F}.{step.form_name}", when=Q(state="live", employment__in=step.leaves),
        when_message=f"按现在的人员类别，不能办理{step.label}", confirm=f"{{obj}}：{step.consequence}", audit=step.label,
        not_by=("pk",), style="danger" if step.code in GRAVE else "plain", icon=ICONS[step.code], listed=False,
        leaves_scope=step.code == "transfer",
    )  # fmt: skip


register(*map(action_of, STEPS.values()))
register(
    Action(
        "people.life.retire_many", "批量办理退休", "people.edit.work", f"{S}.retiring.retire_many", target="none",
        form="zhibu.apps.people.forms_retiring.RetireManyForm", icon="sun", audit="批量办理退休",
        confirm="给所选的每个人各办一次退休，和逐个办理一样；超过 200 人的在后台办理。",
    ),
    Action(
        "people.life.reverse", "撤销变动", "people.edit.work", f"{S}.life_reversal.reverse_event", model="people.LifeEvent",
        form=f"{F}.ReversalForm", when=standing(), when_message="这次变动已经撤销", audit="撤销变动", style="danger",
        confirm="撤销“{obj}”：人员类别、日期、关系和任职恢复到变动之前；只有最近一次变动、且此后没有人再改过，才能撤销。",
        not_by=("person_id",), icon="arrow-uturn-left", leaves_scope=True,
    ),
)  # fmt: skip
