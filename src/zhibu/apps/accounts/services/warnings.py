"""Messages to the account holder about their own way in: what they did not do themselves, they should hear of."""

from zhibu.apps.accounts.models import Account
from zhibu.kernel import messages

NOT_YOU = "不是您本人办的，请马上修改密码，并告诉本单位管理员。"


def tell(account: Account, title: str, key: str, body: str = "") -> None:
    """Tell the holder, inside the transaction of the act; `key` names the event for ever."""
    link = "/account/security/"
    messages.tell(kind="security", title=title, body=f"{body}{NOT_YOU}", link=link, key=key, accounts=[account.pk])
