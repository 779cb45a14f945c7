"""The form of not asking for something."""

from django import forms

from zhibu.apps.compliance.services.excusing import Excuse
from zhibu.kernel.actions import ActionForm


class ExcuseForm(ActionForm):
    """Until when nothing is asked, and why."""

    input = Excuse

    until = forms.DateField(label="恢复要求的日期", help_text="从这一天起重新要求；在此之前不提示、不算逾期。")
    reason = forms.CharField(label="原因", max_length=200, help_text="例如全体党员在外施工。写进历史，支部看得到。")
