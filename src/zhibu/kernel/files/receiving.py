"""Uploads on their way in: what is too large for the memory waits in a nameless file, sealed."""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from zhibu.kernel.crypto import Sealer, open_stream

NAME = "upload"


class SealedUploadHandler(FileUploadHandler):
    """Takes what Django's MemoryFileUploadHandler leaves; the file is gone from the disk when it is closed."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes the upload closes it; nameless from the beginning
        self.sealer = Sealer(self.file, NAME)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.sealer.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.sealer.finish()
        self.file.seek(0)
        return UploadedFile(
            file=open_stream(self.file, NAME),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
