from django.urls import path

from zhibu.apps.organizations import views

urlpatterns = [
    path("organizations/chart/", views.chart_page, name="organization-chart"),
    path("organizations/chart/<uuid:uid>/", views.chart_page, name="organization-chart-below"),
    path("organizations/chart/<uuid:uid>/branch/", views.chart_branch, name="organization-chart-branch"),
]
