"""A request and its answer as official papers: plain values that `official` of the house style sets."""

from typing import Any

from zhibu.apps.petitions import queries
from zhibu.apps.petitions.models import Petition, Reply
from zhibu.kernel.periods import day_words

ENDING = {"请示": "妥否，请批示。", "报告": "请审批。"}
SAID = {"agreed": "同意所请事项。", "refused": "不同意所请事项。", "returned": "请补充后再报。"}


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def request_paper(petition: Petition, reply: Reply | None = None) -> dict[str, Any]:
    """Return the request as it was sent (`reply`: that sending of it), or as it stands now."""
    source: Any = reply or petition
    body = paragraphs(source.words)
    ending = ENDING[petition.form_word]
    if not body or not body[-1].endswith(("批示。", "审批。", "批复。")):
        body.append(ending)
    return {
        "head": petition.organization.name, "number": petition.number_text, "title": source.title,
        "to": petition.superior.name if petition.superior else petition.outside,
        "body": body, "enclosures": [_stem(one.name) for one in queries.attachments(petition)],
        "sender": petition.organization.name, "day": day_words(source.sent_on),
    }  # fmt: skip


def answer_paper(petition: Petition, reply: Reply) -> dict[str, Any]:
    """Return the answer as a paper of the superior."""
    subject = f"《{reply.title}》（{petition.number_text}）"
    first = f"你{_own_word(petition)}{subject}收悉。"
    words = paragraphs(reply.answer)
    superior = petition.outside if reply.external else reply.organization.name
    return {
        "head": superior, "number": reply.number_text, "title": f"关于《{reply.title}》的{_answer_word(reply)}",
        "to": petition.organization.name, "body": [f"{first}经研究，{SAID[reply.outcome]}", *words, "此复。"], "enclosures": [],
        "sender": superior, "day": day_words(reply.on),
    }  # fmt: skip


def whole(petition: Petition) -> list[dict[str, Any]]:
    """Return the request and, where it was answered, the latest answer, in this order."""
    answered = [one for one in queries.rounds(petition) if one.outcome in SAID]
    last = answered[-1] if answered else None
    found = [request_paper(petition, last)]
    if last is not None:
        found.append(answer_paper(petition, last))
    return found


def _own_word(petition: Petition) -> str:
    return {"branch": "支部", "general_branch": "总支", "committee": "党委"}.get(petition.organization.kind, "组织")


def _answer_word(reply: Reply) -> str:
    return "退回意见" if reply.outcome == "returned" else "批复"


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
