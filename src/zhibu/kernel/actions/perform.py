"""Perform an action: one transaction from the check to the audit line."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.utils.timezone import localdate

from zhibu.kernel.actions.act import Act
from zhibu.kernel.actions.declare import Action, all_actions
from zhibu.kernel.actions.errors import Conflict, Refused
from zhibu.kernel.actions.models import Submission
from zhibu.kernel.actor import Actor
from zhibu.kernel.scope import OutsideScope, ScopedModel, assert_inside


@dataclass(frozen=True)
class Outcome:
    """What came of it. `replayed` is set when the same submission had already acted."""

    object_type: str
    object_id: str
    url: str
    replayed: bool = False
    result: Any = None


def fetch(action: Action, actor: Actor, uid: Any, *, lock: bool = False) -> Any:
    """Return the record acted on, through the actor's scope for the action's permission. Raises Http404."""
    model: Any = action.model_class()
    rows = action.rows(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        return rows.get(uid=uid)
    except (model.DoesNotExist, ValueError, TypeError) as missing:
        raise Http404 from missing


def perform(
    action: Action,
    actor: Actor,
    *,
    data: Any = None,
    uid: Any = None,
    rev: int | None = None,
    key: uuid.UUID | None = None,
) -> Outcome:
    """Perform `action` as `actor`, whole or not at all.

    uid: the record; data: the service's input; rev: the revision the user saw (None skips the comparison);
    key: the submission key; a repeat returns the first answer and changes nothing.
    Raises Http404 (no such record within reach), Refused, Conflict.
    """
    if not action.open_to(actor):
        raise Http404
    with transaction.atomic():
        if action.discreet:
            key = None
        if key is not None and (first := _claim(key, actor, action)) is not None:
            return first
        obj = fetch(action, actor, uid, lock=True) if action.target != "none" else None
        if obj is not None:
            _check(action, actor, obj, rev)
        before = _foreign_keys(obj)
        act = Act(actor=actor, code=action.code, wording=action.audit, reason=getattr(data, "reason", ""))
        result = action.service_function()(act, obj, data)
        if bool(act.logged) == action.discreet:
            raise RuntimeError(f"{action.service} wrote {'an' if action.discreet else 'no'} audit line")
        _recheck(action, actor, obj, result, before)
        outcome = _outcome(result if result is not None else obj)
        if key is not None:
            answer = {"type": outcome.object_type, "id": outcome.object_id, "url": outcome.url}
            Submission.objects.filter(key=key).update(answer=answer)
    return outcome


def _claim(key: uuid.UUID, actor: Actor, action: Action) -> Outcome | None:
    try:
        with transaction.atomic():
            Submission.objects.create(key=key, account_id=actor.account_id, action=action.code)
        return None
    except IntegrityError:
        first = Submission.objects.get(key=key)
        if first.account_id != actor.account_id or first.action != action.code:
            raise Http404 from None
        return _first_answer(first)


def _first_answer(first: Submission) -> Outcome:
    return Outcome(first.answer["type"], first.answer["id"], first.answer["url"], replayed=True)


def repeated(action: Action, actor: Actor, key: str) -> Outcome | None:
    """Return the first answer of a submission that has acted already, None for any other.

    Asked where a form no longer fits: what the first of two clicks did (paid months, a step done) is what the second would ask for.
    """
    try:
        rows = Submission.objects.filter(key=uuid.UUID(key), account_id=actor.account_id, action=action.code)
    except ValueError:
        return None
    first = rows.first() if actor.account_id is not None and not action.discreet else None
    return _first_answer(first) if first is not None and first.answer else None


def _check(action: Action, actor: Actor, obj: Any, rev: int | None) -> None:
    if rev is not None and getattr(obj, "rev", rev) != rev:
        raise Conflict(obj)
    if (refused := refusal(action, actor, obj)) is not None:
        raise refused


def refusal(action: Action, actor: Actor, obj: Any) -> Refused | None:
    """Return why the act is not possible on a fetched record whatever is filled in: its state, or whose it is."""
    if action.when is not None:
        possible = type(obj).objects.system("state of a fetched record").filter(pk=obj.pk)
        if not possible.filter(action.condition(localdate())).exists():
            return Refused(action.when_message)
    acting = {actor.person_id, actor.for_whom} - {None}
    if any(_value(obj, dotted) in acting for dotted in action.not_by):
        return Refused("不能办理与本人有关的这一事项", next_step="请由另一位有权限的人办理。", code="separation")
    return None


def _foreign_keys(obj: Any) -> dict[str, Any]:
    if obj is None:
        return {}
    return {f.name: getattr(obj, f.attname) for f in obj._meta.concrete_fields if isinstance(f, models.ForeignKey)}


def _recheck(action: Action, actor: Actor, obj: Any, result: Any, before: dict[str, Any]) -> None:
    if action.leaves_scope or actor.is_system:
        return
    if action.personal:
        if not action.rows(actor).filter(pk=obj.pk).exists():
            raise OutsideScope
        return
    for written in {id(o): o for o in (obj, result) if isinstance(o, ScopedModel)}.values():
        known = before if written is obj else {}
        changed = [
            name for name, value in _foreign_keys(written).items() if value is not None and known.get(name) != value
        ]
        assert_inside(actor, written, action.permission, changed=changed)


def _outcome(result: Any) -> Outcome:
    if isinstance(result, models.Model):
        url = result.get_absolute_url() if hasattr(result, "get_absolute_url") else ""
        return Outcome(result._meta.label, str(getattr(result, "uid", result.pk)), url, result=result)
    return Outcome("", "", "", result=result)


def available(actor: Actor, obj: Any) -> list[Action]:
    """Return the actions the actor may perform on the record now, in the order of declaration.

    A record offers `scope_paths()`, the paths of its organisations, so that this costs no query per permission.
    """
    model = type(obj)
    offered = [a for a in all_actions(model._meta.label) if a.target != "none" and a.listed and a.open_to(actor)]
    if not offered:
        return []
    paths = obj.scope_paths()
    offered = [a for a in offered if _may_here(a, actor, obj, paths)]
    today = localdate()
    conditional = {
        f"w{n}": a.condition(today) & a.ownership(actor) for n, a in enumerate(offered) if a.when is not None or a.own
    }
    if conditional:
        rows = model._default_manager.system("states of a visible record").filter(pk=obj.pk)
        cases = {
            name: models.Case(models.When(q, then=True), default=False, output_field=models.BooleanField())
            for name, q in conditional.items()
        }
        possible = rows.values(**cases).first() or {}
        offered = [a for n, a in enumerate(offered) if f"w{n}" not in conditional or possible.get(f"w{n}")]
    return offered


def _may_here(action: Action, actor: Actor, obj: Any, paths: list[str]) -> bool:
    if action.personal:
        return bool(_value(obj, action.personal) == actor.person_id)
    return actor.is_system or any(actor.may(action.permission, path) for path in paths)


def _value(obj: Any, dotted: str) -> Any:
    for part in dotted.replace("__", ".").split("."):
        obj = getattr(obj, part, None)
    return obj
