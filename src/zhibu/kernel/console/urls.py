"""The pages of every screen, made from the register."""

from django.urls import URLPattern, path

from zhibu.kernel.console.declare import all_screens, offered_acts
from zhibu.kernel.console.export import download
from zhibu.kernel.console.views import BulkView, ExportView, HistoryView, ListView, RecordView


def patterns() -> list[URLPattern]:
    """Return the URL patterns of every registered screen: names `<slug>`, `<slug>-record`, `-history`, `-act`, `-export`."""
    found: list[URLPattern] = [path("exports/<uuid:uid>/", download, name="export")]
    for declared in all_screens():
        slug = declared.slug
        if offered_acts(slug):
            found.append(path(f"{slug}/act/", BulkView.as_view(slug=slug), name=f"{slug}-act"))
        found += [
            path(f"{slug}/", ListView.as_view(slug=slug), name=slug),
            path(f"{slug}/export/", ExportView.as_view(slug=slug), name=f"{slug}-export"),
            path(f"{slug}/<uuid:uid>/", RecordView.as_view(slug=slug), name=f"{slug}-record"),
            path(f"{slug}/<uuid:uid>/history/", HistoryView.as_view(slug=slug), name=f"{slug}-history"),
        ]
    return found
