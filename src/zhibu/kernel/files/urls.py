from django.urls import path

from zhibu.kernel.files.serving import download

urlpatterns = [path("<uuid:uid>/", download, name="file")]
