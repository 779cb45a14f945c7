"""Addresses of signing in, one's own access and second factors, slips and the access review; lists and records are declared screens."""

from django.urls import path

from zhibu.apps.accounts.views import access, passkeys, second, security, session, session_list, slips, sms, sso

urlpatterns = [
    path("login/", session.SignInView.as_view(), name="login"),
    path("login/demo/", session.demo_sign_in, name="demo-login"),
    path("login/second/", second.SecondStepView.as_view(), name="login-second"),
    path("login/passkey/", passkeys.sign_in, name="login-passkey"),
    path("login/passkey/options/", passkeys.sign_in_options, name="login-passkey-options"),
    path("login/sms/", sms.SmsView.as_view(), name="login-sms"),
    path("login/sms/code/", sms.SmsCodeView.as_view(), name="login-sms-code"),
    path("login/sso/", sso.go, name="login-sso"),
    path("login/sso/back/", sso.back, name="login-sso-back"),
    path("logout/", session.sign_out, name="logout"),
    path("account/password/", session.PasswordView.as_view(), name="password-change"),
    path("account/access/", access.my_access, name="my-access"),
    path("account/sessions/", session_list.my_sessions, name="my-sessions"),
    path("account/sessions/end-others/", session_list.end_others, name="my-sessions-end-others"),
    path("account/sessions/<uuid:uid>/end/", session_list.end, name="my-session-end"),
    path("account/security/", security.my_security, name="security"),
    path("account/security/prove/", security.ProveView.as_view(), name="security-prove"),
    path("account/security/totp/begin/", security.begin_totp, name="security-totp-begin"),
    path("account/security/totp/", security.TotpView.as_view(), name="security-totp"),
    path("account/security/passkey/", passkeys.PasskeyView.as_view(), name="security-passkey"),
    path("account/security/passkey/options/", passkeys.creation_options, name="security-passkey-options"),
    path("account/security/phone/", sms.PhoneView.as_view(), name="security-phone"),
    path("account/security/codes/", security.renew_codes, name="security-codes"),
    path("account/security/factors/<uuid:uid>/rename/", security.RenameView.as_view(), name="security-rename"),
    path("account/security/factors/<uuid:uid>/remove/", security.RemoveView.as_view(), name="security-remove"),
    path("access/", access.access_review, name="access-review"),
    path("slips/<uuid:uid>/", slips.sheet, name="slips"),
    path("slips/<uuid:uid>/open/", slips.open_sheet, name="slips-open"),
    path("slips/<uuid:uid>/print/", slips.print_sheet, name="slips-print"),
]
