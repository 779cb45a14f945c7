"""Just enough addresses around the style pages for the shell to be complete."""

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.html import format_html, format_html_join

PEOPLE = ("陈桂芳", "陈桂香", "陈国强")


def search(request: HttpRequest) -> HttpResponse:
    """Answer like the real search: a listbox of links for htmx, a page otherwise."""
    query = request.GET.get("q", "")
    if not request.headers.get("HX-Request"):
        return render(request, "ui/base.html", {"title": f"查找：{query}"})
    rows = [(f"search-option-{i}", name) for i, name in enumerate(PEOPLE) if query and name.startswith(query)]
    if not rows:
        return HttpResponse("")
    options = format_html_join("", '<li role="none"><a role="option" id="{}" href="/ui/record/">{}</a></li>', rows)
    return HttpResponse(format_html('<ul role="listbox" id="search-listbox" aria-label="找到的人">{}</ul>', options))


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("工资数据只对劳资岗位开放。")


def unreadable(request: HttpRequest) -> HttpResponse:
    raise BadRequest("页码应是数字。")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret-detail")


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


urlpatterns = [
    path("", home, name="workbench"),
    path("search/", search, name="search"),
    path("login/", home, name="login"),
    path("logout/", home, name="logout"),
    path("forbidden/", forbidden),
    path("unreadable/", unreadable),
    path("broken/", broken),
    path("ui/", include("zhibu.kernel.ui.urls")),
]
handler400 = "zhibu.kernel.ui.errors.bad_request"
handler403 = "zhibu.kernel.ui.errors.permission_denied"
handler404 = "zhibu.kernel.ui.errors.page_not_found"
handler500 = "zhibu.kernel.ui.errors.server_error"
