"""One's own receipt as a PDF."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from zhibu.apps.dues import queries
from zhibu.apps.dues.documents import OWN_RECEIPT
from zhibu.apps.dues.documents.receipt import one_of
from zhibu.apps.dues.models import Payment
from zhibu.kernel.documents import Content, answer_with


def receipt(request: HttpRequest, payment: Payment, person: Any) -> HttpResponse:
    """Answer with a receipt that shows this person's part alone."""
    held = [row for row in queries.months_of(payment) if row.charge.person_id == person.pk]
    data = {"receipts": [one_of(payment, held, person)]}
    content = Content(title=f"党费收据 {payment.receipt}", data=data, organization=str(payment.organization))
    return answer_with(request, OWN_RECEIPT, content, large=request.GET.get("size") == "large")
