from django.urls import path

from zhibu.apps.transfers import views

urlpatterns = [
    path("contact-list/", views.contact_list, name="contact-list"),
    path("transfer-figures/", views.figures, name="transfer-figures"),
]
