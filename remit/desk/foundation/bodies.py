"""Bodies that come without their length: in chunks, or over HTTP/2. Django reads no more than a length announces, so
such a body would be empty to it; here it is read to its end, up to the limit, and its length put beside it.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

PIECE = 64 * 1024
KEPT_IN_MEMORY = 1024 * 1024
BODILESS = ("GET", "HEAD")


def measured(application: Application) -> Application:
    """The application, to which every body comes with its length. One beyond the limit is read no further, and its
    length is said to be one more than the limit: `RequestGuard` refuses it like one that announces as much.

    Only of servers that end the input with the body (`wsgi.input_terminated`): elsewhere reading on would wait for
    ever.
    """

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _is_unmeasured(environ):
            return application(environ, start_response)
        with SpooledTemporaryFile(KEPT_IN_MEMORY) as body:
            _measure(environ, body)
            return application(environ, start_response)

    return call


def _is_unmeasured(environ: dict[str, Any]) -> bool:
    if environ["REQUEST_METHOD"] in BODILESS or not environ.get("wsgi.input_terminated"):
        return False
    return not environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ


def _measure(environ: dict[str, Any], body: IO[bytes]) -> None:
    come, most, length = environ["wsgi.input"], settings.MAX_BODY_BYTES + 1, 0
    while length < most and (piece := come.read(min(PIECE, most - length))):
        body.write(piece)
        length += len(piece)
    body.seek(0)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(length)
