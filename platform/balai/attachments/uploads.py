"""Receiving photos over HTTP without ever keeping more than the limit of one file."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from balai.attachments.photos import MAX_BYTES

MAX_TOTAL = 5 * MAX_BYTES
"""Of the files of one request; a form takes four photos."""


class OversizedFile(UploadedFile):
    """Stands for a file that was larger than the limit: its name and true size, without its content."""


class PhotoLimitHandler(FileUploadHandler):
    """Stops keeping a file at the limit, and counts on, so that the refusal can say how large it was.

    The other fields of the form and the other files arrive as usual: nobody has to type a report again because of one
    photo. Of all files together MAX_TOTAL is kept; what comes after it is dropped.
    """

    kept = 0
    dropped = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.dropped = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.kept += len(raw_data)
        if self.dropped or start + len(raw_data) > MAX_BYTES or self.kept > MAX_TOTAL:
            # What was dropped takes no room.
            self.kept -= len(raw_data)
            self.dropped = True
            return None
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.dropped:
            return None
        for handler in self.request.upload_handlers if self.request else ():
            # What the ordinary handlers had of it lies in a temporary file that nobody would close.
            kept = getattr(handler, "file", None)
            if kept is not None:
                kept.close()
        return OversizedFile(io.BytesIO(), self.file_name, self.content_type, file_size, self.charset)


def limits_photos(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Receives the view's files through PhotoLimitHandler.

    The CSRF check reads the form and with it the files, so it must come after the handler is in place: the middleware's
    check is put off and made here.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [PhotoLimitHandler(request), *request.upload_handlers]
        return protected(request, *args, **kwargs)

    return wrapped
