"""Pages of background jobs; included under a prefix of the lead's choosing, e.g. /jobs/."""

from django.urls import path

from zhibu.kernel.jobs import views

urlpatterns = [
    path("", views.job_list, name="jobs"),
    path("<uuid:uid>/", views.progress, name="job"),
    path("<uuid:uid>/cancel/", views.cancel_job, name="job-cancel"),
]
