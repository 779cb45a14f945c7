"""When a reply is complete. Pure: states of fields in, a state out."""

from collections.abc import Collection, Mapping

#: states of a field's answer
DRAFT, SENT, SAME, ACCEPTED, REFUSED = "draft", "sent", "same", "accepted", "refused"
#: states of a reply
WAITING, PART, FILED, RETURNED, DONE, LEFT = "waiting", "part", "filed", "returned", "done", "left"
#: a field with such an answer asks nothing more of the person
ANSWERED = frozenset({SENT, SAME, ACCEPTED})
#: and of nobody
SETTLED = frozenset({SAME, ACCEPTED})
#: the person still has something to do
OPEN = frozenset({WAITING, PART, RETURNED})


def state_of(asked: Collection[str], answers: Mapping[str, str]) -> str:
    """Return the state of a reply whose fields `asked` have the given states of answers (absent: not answered).

    What waits for a clerk comes first, then what was sent back, then what is still missing. This product's own convention.
    """
    states = [answers.get(code, DRAFT) for code in asked]
    if SENT in states and all(state in ANSWERED for state in states):
        return FILED
    if REFUSED in states:
        return RETURNED
    if all(state in SETTLED for state in states):
        return DONE
    return PART if any(state in ANSWERED for state in states) else WAITING


def missing(asked: Collection[str], answers: Mapping[str, str]) -> list[str]:
    """Return the fields that the person still has to answer, in their order."""
    return [code for code in asked if answers.get(code) not in ANSWERED]
