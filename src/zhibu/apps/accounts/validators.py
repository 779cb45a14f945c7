"""Password rules, each with a message in Chinese that says what to mend. The numbers stand in `params/security.yaml`."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

from zhibu.apps.accounts import rules
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.security import number
from zhibu.apps.accounts.services.passwords import used_lately


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def __init__(self) -> None:
        super().__init__(number("password_length"))

    def get_error_message(self) -> str:
        return f"密码太短了，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 个字符。"


class MixedEnough:
    """Characters of several of the four classes."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for too few classes."""
        wanted = number("password_classes")
        if rules.password_classes(password) < wanted:
            raise ValidationError(
                f"密码太简单了：大写字母、小写字母、数字、符号这四类，至少要用 {wanted} 类。",
                code="password_too_simple",
            )

    def get_help_text(self) -> str:
        return f"大写字母、小写字母、数字、符号至少用 {number('password_classes')} 类。"


class NothingOfOneself:
    """Not the user name, the phone or the staff number, nor anything around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError naming what was found in it."""
        if not isinstance(user, Account):
            return
        person = user.person
        own = {"用户名": user.username}
        if person is not None:
            own |= {"手机号": person.mobile, "工号": person.staff_number}
        if found := rules.own_names_in(password, own):
            raise ValidationError(f"密码里不能有您的{found}，别人容易猜到。", code="password_of_oneself")

    def get_help_text(self) -> str:
        return "不能含有用户名、手机号或工号。"


class NotUsedLately:
    """None of the last few."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password the account has or had."""
        if isinstance(user, Account) and user.pk and used_lately(user, password):
            raise ValidationError("这个密码用过了，请换一个没有用过的。", code="password_used")

    def get_help_text(self) -> str:
        return f"不能与最近 {number('password_history')} 次用过的密码相同。"
