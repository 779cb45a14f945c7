"""What a roll or a vote is about, as a link: any record of any app, known by its label and key.

The page behind the link asks for its own permission; the name alone says no more than the title of the vote.
"""

from typing import Any

from django.apps import apps


def link_to(record: Any) -> tuple[str | None, str]:
    """Return (how the subject calls itself, where its page is); (None, "") where there is none."""
    subject = subject_of(record)
    if subject is None:
        return None, ""
    url = subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""
    return str(subject), url


def subject_of(record: Any) -> Any:
    """Return the record that a roll or a vote was made for, None where there is none (any more)."""
    return record_of(record.subject_type, record.subject_id)


def record_of(label: str, key: str) -> Any:
    """Return the record of that model label and key, None where there is none (any more)."""
    if not label:
        return None
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    rows = model._default_manager
    rows = rows.system("what a visible record is about") if hasattr(rows, "system") else rows
    return rows.filter(pk=key).first()
