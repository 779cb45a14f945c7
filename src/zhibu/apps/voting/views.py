"""Pages of online ballots: the voter's, the scrutineer's, and checking the count anew. None has a choice in its address."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.apps.voting import evidence, queries, sealed
from zhibu.apps.voting.curve import write
from zhibu.apps.voting.models import Method, Motion, MotionState, Teller, Trustee, Voter
from zhibu.apps.voting.permissions import VIEW
from zhibu.apps.voting.services import online
from zhibu.kernel import actions
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor

#: states in which the list of sealed ballots is published
ENDED = (MotionState.COUNTING, MotionState.DECIDED)


def _mine(request: HttpRequest, model: Any, column: str, uid: Any) -> Any:
    """Return a record of the viewer's own, or 404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        raise Http404
    rows: QuerySet[Any] = model.objects.system("a page of one's own").filter(**{column: actor.person_id}, uid=uid)
    found = rows.select_related("motion__organization", "motion__roll").first()
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest, uid: Any) -> Voter:
    voter: Voter = _mine(request, Voter, "person_id", uid)
    if voter.motion.method != Method.ONLINE:
        raise Http404
    return voter


@require_safe
@never_cache
def own_vote(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show a voter their ballot: to be cast, received with its fingerprint, and what came of the vote."""
    voter = _place(request, uid)
    motion = voter.motion
    if motion.state == MotionState.OPEN and not voter.has_voted:
        return HttpResponseRedirect(reverse("action-on", args=["voting.ballot.cast", voter.uid]))
    context = {"voter": voter, "motion": motion, "result": queries.result_of(motion), "ended": motion.state in ENDED}
    return render(request, "voting/own_vote.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_trust(request: HttpRequest, uid: Any) -> HttpResponse:
    """Give a scrutineer their code: it is made here, shown in this one answer, and kept nowhere."""
    trustee: Trustee = _mine(request, Trustee, "person_id", uid)
    context: dict[str, Any] = {"trustee": trustee, "motion": trustee.motion}
    if request.method == "POST":
        code = sealed.new_code()
        secret = online.secret_of(trustee, code)
        proof = sealed.prove_secret(secret, online.context(trustee))
        share = online.Share(write(sealed.public_of(secret)), proof)
        try:
            act = actions.get("voting.trustee.take")
            actions.perform(act, request.actor, data=share, uid=trustee.uid)  # type: ignore[attr-defined]
        except Refused as refused:
            return render(request, "voting/own_trust.html", {**context, "refused": refused}, status=422)
        context["code"] = code
    return render(request, "voting/own_trust.html", context)


@require_safe
@never_cache
def own_count(request: HttpRequest, uid: Any) -> HttpResponse:
    """Show somebody named to count how far the count is, and both counts where they differ."""
    teller: Teller = _mine(request, Teller, "person_id", uid)
    if teller.ended:
        raise Http404
    motion = teller.motion
    counts = queries.settled_counts(motion)
    number, entered = queries.round_in_hand(motion)
    context = {
        "teller": teller, "motion": motion, "settled": queries.rounds_of(counts), "agreed": any(one.agreed for one in counts),
        "entered": entered, "round": number, "mine": any(one.person_id == teller.person_id for one in entered),
        "result": queries.result_of(motion), "counting": motion.state in (MotionState.OPEN, MotionState.COUNTING),
    }  # fmt: skip
    return render(request, "voting/own_count.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_check(request: HttpRequest, uid: Any) -> HttpResponse:
    """Let a voter find their ballot in the list and check the count anew."""
    voter = _place(request, uid)
    urls = {"file_url": reverse("own-vote-file", args=[voter.uid]), "back": voter.own_url}
    return _check_page(request, voter.motion, {**urls, "mine": voter.receipt})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest, uid: Any) -> HttpResponse:
    """Let whoever sees the vote check its count anew."""
    motion = _visible(request, uid)
    urls = {"file_url": reverse("motion-file", args=[motion.uid]), "back": motion.get_absolute_url()}
    return _check_page(request, motion, urls)


@require_safe
def own_file(request: HttpRequest, uid: Any) -> HttpResponse:
    """Give a voter the evidence, to be checked elsewhere (`zhibu votes check`)."""
    return _evidence_file(_place(request, uid).motion)


@require_safe
def file(request: HttpRequest, uid: Any) -> HttpResponse:
    """Give whoever sees the vote the evidence."""
    return _evidence_file(_visible(request, uid))


def _visible(request: HttpRequest, uid: Any) -> Motion:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: Motion | None = Motion.objects.visible_to(actor, VIEW).filter(uid=uid, method=Method.ONLINE).first()
    if found is None:
        raise Http404
    return found


def _check_page(request: HttpRequest, motion: Motion, context: dict[str, Any]) -> HttpResponse:
    if motion.state not in ENDED:
        raise Http404
    data = queries.evidence(motion)
    found = evidence.recheck(data) if request.method == "POST" else None
    receipts = sorted(sealed.fingerprint(one["ballot"]) for one in data["ballots"])
    cast, _ = queries.turnout(motion)
    context |= {
        "motion": motion, "found": found, "receipts": receipts, "trustees": data["trustees"], "cast": cast,
        "erased": cast and not receipts, "figures": list(zip(motion.questions, found.figures, strict=False)) if found else [],
    }  # fmt: skip
    return render(request, "voting/check.html", context)


def _evidence_file(motion: Motion) -> HttpResponse:
    if motion.state not in ENDED:
        raise Http404
    text = json.dumps(queries.evidence(motion), ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="vote-{motion.uid}.json"'
    return answer
