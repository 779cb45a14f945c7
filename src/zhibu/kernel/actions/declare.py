"""The declaration of an action, and the register of all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.apps import apps
from django.core import checks
from django.db.models import Model, Q
from django.utils.module_loading import import_string

from zhibu.kernel.actor import Actor

When = Q | Callable[[date], Q] | None


def resolved(when: When, today: date) -> Q:
    """Return a state as a condition on that day."""
    if when is None:
        return Q()
    return when(today) if callable(when) else when


@dataclass(frozen=True)
class Inbox:
    """Make a row in the inbox (待办) of everyone who may perform the action on a record that fits its `when`.

    title, detail: from the record; due: the day by which, for order and colour; order: the columns behind `due`, so that
    the most urgent rows are fetched where there are many; related: lookups to select with the row; only: a narrower
    state than the action's `when`, where not everything possible also waits; url: from the record, the page where one
    begins, where that is not the act's own form.
    """

    title: Callable[[Any], str]
    detail: Callable[[Any], str]
    due: Callable[[Any], date | None]
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    only: When = None
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Action:
    """A business act. `service(act, obj, data) -> obj` does it; `form` (an ActionForm) turns the request into `data`.

    permission   held at the record's organisation (several acts share one)
    personal     column path to the person of the record ("pk", "person_id"): the act is that person's own, on their own
                 record alone, without any permission (`permission` is "" then)
    target       "none" creates or acts on no record, "one" acts on a record, "many" may also take a ticked list
    when         states of the record in which the act is possible; `when_message` says why not otherwise
    confirm      the sentence that states the consequence before, formatted with {obj}
    audit        the wording of the audit line
    not_by       attribute paths on the record: neither the actor nor the one acted for may be that person (separation of duties)
    leaves_scope the record may end outside the actor's reach (transfers)
    own          lookup of the account on the record ("account_id"): for everybody but that account there is no such record
    everywhere   the permission must be held at the root: the act is about the whole platform
    discreet     nothing may tell when, or in which order, people did it (secret ballots): neither a submission key nor an audit line
                 is written; the service itself sees to it that it is done once, and a later act tells the trail of all of them
    """

    code: str
    label: str
    permission: str
    service: str
    confirm: str
    audit: str
    model: str | None = None
    target: Literal["none", "one", "many"] = "one"
    form: str | None = None
    when: When = None
    when_message: str = "当前状态下不能办理"
    not_by: tuple[str, ...] = ()
    inbox: Inbox | None = None
    style: Literal["go", "plain", "danger"] = "plain"
    icon: str = ""
    api: bool = False
    job: bool = False
    leaves_scope: bool = False
    own: str = ""
    everywhere: bool = False
    discreet: bool = False
    listed: bool = True
    personal: str | None = None

    def model_class(self) -> type[Model] | None:
        """Return the model acted on."""
        return apps.get_model(self.model) if self.model else None

    def form_class(self) -> type[Any] | None:
        """Return the ActionForm, or None when the act needs no input."""
        return import_string(self.form) if self.form else None

    def service_function(self) -> Callable[..., Any]:
        """Return the function that does it."""
        function: Callable[..., Any] = import_string(self.service)
        return function

    def open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may perform it on any record at all; if not, there is no such page."""
        if self.personal:
            return actor.person_id is not None
        return actor.may_everywhere(self.permission) if self.everywhere else actor.may(self.permission)

    def ownership(self, actor: Actor) -> Q:
        """Return the condition that the record is the actor's own, where the act asks for it."""
        return Q(**{self.own: actor.account_id}) if self.own and not actor.is_system else Q()

    def rows(self, actor: Actor) -> Any:
        """Return the records within the actor's reach for it, in whatever state, as an opened queryset."""
        model: Any = self.model_class()
        if self.personal:
            return model.objects.system("an act on one's own record").filter(**{self.personal: actor.person_id})
        return model.objects.visible_to(actor, self.permission).filter(self.ownership(actor))

    def condition(self, today: date) -> Q:
        """Return `when` as of that day."""
        return resolved(self.when, today)


_ACTIONS: dict[str, Action] = {}


def register(*actions: Action) -> None:
    """Add actions to the register. Raises ValueError when a code is taken."""
    for action in actions:
        if action.code in _ACTIONS and _ACTIONS[action.code] is not action:
            raise ValueError(f"action {action.code} is declared twice")
        _ACTIONS[action.code] = action


def get(code: str) -> Action:
    """Return the action of that code. Raises KeyError."""
    return _ACTIONS[code]


def all_actions(model: str | None = None) -> list[Action]:
    """Return every action, or those on one model, in the order of declaration."""
    return [action for action in _ACTIONS.values() if model is None or action.model == model]


@checks.register()
def check_actions(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """System check: dotted names resolve, and every act states its consequence."""
    found: list[checks.CheckMessage] = []
    for action in _ACTIONS.values():
        found += _check(action)
    return found


def _check(action: Action) -> Iterable[checks.CheckMessage]:
    for dotted in filter(None, (action.service, action.form)):
        try:
            import_string(dotted)
        except ImportError as error:
            yield checks.Error(f"{action.code}: {dotted}: {error}", id="zhibu.E001")
    if not action.confirm or not action.audit:
        yield checks.Error(f"{action.code}: confirm and audit wording are required", id="zhibu.E002")
    if action.model is None and action.target != "none":
        yield checks.Error(f"{action.code}: an act on records names their model", id="zhibu.E003")
    if bool(action.permission) == bool(action.personal) or (action.personal and action.target != "one"):
        yield checks.Error(f"{action.code}: either a permission, or one's own record", id="zhibu.E004")
