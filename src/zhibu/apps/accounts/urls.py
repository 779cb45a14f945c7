"""Addresses of signing in, one's own access, slips and the access review; lists and records are declared screens."""

from django.urls import path

from zhibu.apps.accounts.views import access, session, session_list, slips

urlpatterns = [
    path("login/", session.SignInView.as_view(), name="login"),
    path("login/demo/", session.demo_sign_in, name="demo-login"),
    path("logout/", session.sign_out, name="logout"),
    path("account/password/", session.PasswordView.as_view(), name="password-change"),
    path("account/access/", access.my_access, name="my-access"),
    path("account/sessions/", session_list.my_sessions, name="my-sessions"),
    path("account/sessions/end-others/", session_list.end_others, name="my-sessions-end-others"),
    path("account/sessions/<uuid:uid>/end/", session_list.end, name="my-session-end"),
    path("access/", access.access_review, name="access-review"),
    path("slips/<uuid:uid>/", slips.sheet, name="slips"),
    path("slips/<uuid:uid>/open/", slips.open_sheet, name="slips-open"),
]
