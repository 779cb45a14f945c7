from django.urls import path

from zhibu.kernel.actions.views import ActionView

urlpatterns = [
    path("<str:code>/", ActionView.as_view(), name="action"),
    path("<str:code>/<uuid:uid>/", ActionView.as_view(), name="action-on"),
]
