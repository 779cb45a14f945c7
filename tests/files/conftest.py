"""Pictures and files as people (and others) send them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from zhibu.apps.organizations.models import Kind, Organization


@pytest.fixture(autouse=True)
def store_folder(settings, tmp_path):
    """A store of this test's own."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def make_organization():
    """Make an organisation at a path."""

    def make(path):
        return Organization.objects.create(path=path, kind=Kind.BRANCH, name=path, code=path)

    return make


def picture(form="JPEG", size=(400, 300), mode="RGB", color=(200, 30, 30), **options):
    """The bytes of a picture; the upper left quarter is blue."""
    image = Image.new(mode, size, color)
    image.paste((20, 20, 200) if mode == "RGB" else (20, 20, 200, 255), (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def upload(content, name="照片.jpg"):
    return SimpleUploadedFile(name, content)


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
