"""Bodies without a length, through the server that ships: read to their end, and no further than the limit."""

import contextlib
import hashlib
import http.client
import os
import signal
import socket
import time

import pytest
from django.test import override_settings

from remit.desk.foundation.bodies import measured
from remit.desk.worker.web import WebServer

PATIENCE = 10
LIMIT = 300_000


@pytest.fixture(scope="module")
def port():
    """Where a server answers that says how long a body is told to be, and what is in it."""

    def page(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        start_response("200 OK", [])
        return [f"{length} {hashlib.sha256(body).hexdigest()}".encode()]

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with override_settings(MAX_BODY_BYTES=LIMIT):
        server = WebServer(measured(page), "127.0.0.1", port, processes=1, threads=2)
        pid = os.fork()
        if not pid:
            with contextlib.suppress(BaseException):
                server.run()
            os._exit(0)
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        assert time.monotonic() < end, "the server did not start in time"
    yield port
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def sent(port, body, method="POST", **headers):
    """What the page says of this body; pieces of one go in chunks."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(line):
        line.request(method, "/", body, headers, encode_chunked=not isinstance(body, bytes))
        return line.getresponse().read().decode()


def told(body):
    return f"{len(body)} {hashlib.sha256(body).hexdigest()}"


def test_a_body_in_chunks_comes_whole(port):
    """Also one of many pieces that has to leave memory."""
    pieces = [b"a" * 10, b"b" * 100_000, b"c"]
    assert sent(port, iter(pieces), **{"Transfer-Encoding": "chunked"}) == told(b"".join(pieces))


def test_a_body_in_chunks_of_the_very_limit_is_taken(port):
    pieces = [b"x" * 100_000] * 3
    assert sent(port, iter(pieces), **{"Transfer-Encoding": "chunked"}) == told(b"x" * LIMIT)


def test_a_body_in_chunks_beyond_the_limit_is_known_to_be(port):
    pieces = [b"x" * 100_000] * 3 + [b"x"]
    length, _ = sent(port, iter(pieces), **{"Transfer-Encoding": "chunked"}).split()
    assert int(length) == LIMIT + 1


def test_a_body_without_end_is_read_no_further_than_the_limit():
    class Endless:
        given = 0

        def read(self, size):
            self.given += size
            return b"x" * size

    body = Endless()
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": body, "wsgi.input_terminated": True}
    with override_settings(MAX_BODY_BYTES=LIMIT):
        measured(lambda environ, start: [])(environ, None)
    assert environ["CONTENT_LENGTH"] == str(LIMIT + 1)
    assert body.given == LIMIT + 1


def test_a_body_with_its_length_comes_as_it_was(port):
    assert sent(port, b"abc") == told(b"abc")
    assert sent(port, b"") == told(b"")


def test_chunks_count_where_a_length_is_told_besides(port):
    """What a front and this server could take for two requests is one: the chunks."""
    line = socket.create_connection(("127.0.0.1", port), PATIENCE)
    with contextlib.closing(line):
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"5\r\nabcde\r\n0\r\n\r\n"
        )
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    assert told(b"abcde").encode() in answer or answer.startswith(b"HTTP/1.1 400")


def test_it_waits_for_no_body_that_a_server_does_not_end():
    """A server that leaves the input open is not read beyond what is announced."""

    class Open:
        def read(self, size):
            raise AssertionError("it would wait here")

    environ = {"REQUEST_METHOD": "POST", "wsgi.input": Open()}
    measured(lambda environ, start: [])(environ, None)
    assert "CONTENT_LENGTH" not in environ
