"""What the worker does for messages."""

from typing import Any

from zhibu.kernel.jobs import Step, every, handler
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages.outbox import deliver_some, due
from zhibu.kernel.messages.telling import JOB_KIND, wake


@handler(JOB_KIND, label="发送消息", atomic=False)
def deliver(job: Job, cursor: Any) -> Step:
    """Send the next few; finished when nothing is due."""
    looked_at = deliver_some()
    done = (cursor or 0) + looked_at
    return Step(cursor=done, done=done, finished=looked_at == 0)


@every("messages.wake", minutes=1)
def wake_if_due() -> None:
    """Queue the sending of what waited for its time: tries again, the end of the quiet hours."""
    if due().exists():
        wake()
