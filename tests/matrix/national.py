"""Comparisons with the national member system: a report of each side, one of them with the secrets of one person."""

import json
from typing import Any

from django.utils.timezone import now

from tests.matrix import sensitive
from zhibu.apps.people.models import NationalCheck, NationalDifference
from zhibu.kernel import files


def checks_of(side: Any, subject: Any = None, stranger: Any = None) -> None:
    """Make them: what differs in every field group of the subject; a row that means somebody of the other side."""
    word = side.word
    file = files.store_made(f"姓名,公民身份号码\n{word}甲,\n".encode(), mime="text/csv")
    counts = {"differs": 1, "here_only": 1, "there_only": 1, "error": 1, "here": 3, "there": 3, "same": 0}
    failed, done = [
        NationalCheck.objects.create(
            organization=side.unit, layout="member-2019", file=file, file_name=f"{word}党员.csv", state=state,
            requested_by_name=f"{word}经办", message=f"{word}说明", counts=counts, job=side.objects["kernel.Job"][0],
        )
        for state in ("failed", "done")
    ]  # fmt: skip
    side.keep(done, failed)
    told = [
        ["identity_number", sensitive.mask_identity(sensitive.NUMBER) if subject else word, word],
        ["native_place", "隐秘县" if subject else word, word], ["mobile", "13977770001" if subject else word, word],
        ["position", "隐秘岗位" if subject else word, word], ["joined_party_on", "2001-07-02" if subject else word, word],
    ]  # fmt: skip
    for kind, person in (
        ("here_only", side.people[1]), ("error", None), ("there_only", stranger), ("differs", subject or side.people[0]),
    ):  # fmt: skip
        side.keep(
            NationalDifference.objects.create(
                check_of=done, organization=side.unit, kind=kind, person=person, row=2, name=f"{word}某",
                branch=f"{word}branch", note=f"{word}说明", values=json.dumps(told, ensure_ascii=False),
                reviewed_by=f"{word}核对人",
                reviewed_at=now() if kind == "here_only" else None,
            )
        )  # fmt: skip
