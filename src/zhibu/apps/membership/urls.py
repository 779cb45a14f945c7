from django.urls import path

from zhibu.apps.membership import views, views_counting

urlpatterns = [
    path("members/statistics/", views_counting.statistics, name="members-statistics"),
    path("members/statistics/annual/", views_counting.annual_tables, name="members-annual"),
    path("members/statistics/members/", views_counting.on_day, name="members-on"),
    path("members/honours/", views_counting.honour_list, name="members-honours"),
    path("members/honours/file/", views_counting.honour_file, name="members-honours-file"),
    path("members/birthdays/", views_counting.birthday_list, name="members-birthdays"),
    path("members/unplaced/", views.unplaced, name="members-unplaced"),
    path("members/<uuid:uid>/as-of/", views.as_of, name="members-as-of"),
]
