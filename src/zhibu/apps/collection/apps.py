from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "zhibu.apps.collection"
    verbose_name = "信息采集"
