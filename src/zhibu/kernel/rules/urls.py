"""Addresses of the page 规则试算."""

from django.urls import path

from zhibu.kernel.rules import views

urlpatterns = [
    path("", views.rule_list, name="rules"),
    path("<str:name>/", views.rule_page, name="rule"),
    path("<str:name>/json/", views.rule_json, name="rule-json"),
]
