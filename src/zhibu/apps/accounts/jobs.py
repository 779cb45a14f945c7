"""Background work: accounts for many people, the clock that erases first passwords, and what is over by night."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.apps.accounts.models import Slip, SlipSheet
from zhibu.apps.accounts.services import lockout, resets, session_list, slips, sms_codes, totp
from zhibu.apps.accounts.services.accounts import JOB_KIND, create_chunk
from zhibu.apps.accounts.services.naming import make_first_password
from zhibu.kernel.actions import Act
from zhibu.kernel.jobs import JobFailed, Step, actor_of, daily, every, handler
from zhibu.kernel.jobs.models import Job

#: hashing a password takes about 50 ms, on a busy machine ten times that
CHUNK = 10


@handler(JOB_KIND, label="批量建立账号", atomic=False)
def create_accounts(job: Job, cursor: Any) -> Step:
    """Make the accounts of the next few people; the requester's reach is asked anew for every chunk.

    Passwords are hashed before the transaction: nobody could sign in while the write lock is held for that long. A chunk
    that runs twice finds the accounts there and makes none again.
    """
    people: list[int] = job.payload["people"]
    start = cursor or 0
    actor = actor_of(job)
    sheet = SlipSheet.objects.visible_to(actor).filter(job_uid=job.uid).first()
    if sheet is None:
        raise JobFailed("找不到这批首次密码条，任务没有继续。请重新发起。")
    act = Act(actor=actor, code="accounts.account.create_many", wording="批量建立账号")
    chunk = people[start : start + CHUNK]
    passwords = [make_first_password() for _ in chunk]
    done = min(start + CHUNK, len(people))
    finished = done >= len(people)
    with transaction.atomic():
        create_chunk(act, chunk, sheet, passwords)
        if finished:  # the 24 hours begin when the slips can be printed
            sheet.expires_at = timezone.now() + slips.LIFETIME
            sheet.save(update_fields=["expires_at"])
    made = Slip.objects.system("progress of the requester's job").filter(sheet=sheet).count()
    return Step(
        cursor=done,
        done=done,
        total=len(people),
        finished=finished,
        message=f"已建立 {made} 个账号",
        result={"url": sheet.get_absolute_url(), "label": f"打印 {made} 张首次密码条"} if finished else None,
    )


@every("accounts.slips.expire", minutes=10)
def erase_old_slips() -> None:
    """Erase first passwords that nobody confirmed within 24 hours."""
    slips.expire()


@every("accounts.resets.expire", minutes=10)
def close_old_resets() -> None:
    """Close requests to reset second factors that nobody decided about in time."""
    resets.expire()


@daily("accounts.sessions.tidy", hour=3)
def tidy_sessions() -> None:
    """Mark sessions whose time is over, forget old ones and the counters of wrong passwords."""
    session_list.tidy()
    lockout.forget_old()
    totp.forget_unfinished()
    sms_codes.forget_old()
