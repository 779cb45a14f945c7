"""Saving an appraisal with its revision and the line in the trail."""

from zhibu.apps.appraisals.models import Appraisal
from zhibu.kernel.actions import Act


def saved(act: Act, appraisal: Appraisal, summary: str, words: str = "") -> Appraisal:
    """Save and log."""
    appraisal.rev += 1
    appraisal.save()
    act.log(appraisal, summary=f"{summary}：{words}" if words else summary)
    return appraisal
