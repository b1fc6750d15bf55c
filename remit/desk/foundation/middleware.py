"""What happens to every request before and after its view: its moment, its guards, the security headers, and the
page for an error with words. Sign-in and rights are no business of this module.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext

from remit.desk.foundation import clock
from remit.desk.foundation.errors import DeskError

GetResponse = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OUTSIDE_VIEWS = {
    404: ("not_found", "There is nothing at this address.", "The calls that there are: /<desk>/api/v1/docs."),
    405: ("not_allowed_here", "This address takes another method.", "The header Allow names it."),
    500: (
        "our_fault",
        "Something went wrong here, and it is not your doing.",
        "Try again; nothing was written.",
    ),
}
YEAR = 365 * 24 * 60 * 60


class DeskRequest(HttpRequest):
    """The request as views see it: with the moment at which it came in, aware, in UTC."""

    now: datetime


class RequestMoment:
    """Sets `request.now` once, so that all that one request does happens at one instant."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: DeskRequest) -> HttpResponse:
        request.now = clock.now()
        return self.get_response(request)


class SecurityHeaders:
    """Adds the headers that tell a browser what our pages never do: no inline script or style, no framing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = dict(HEADERS)
        if settings.IS_SECURE:
            self.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class PrivatePages:
    """Keeps what a signed-in person, or a program with a token, is told out of every cache, so that nobody finds it
    there after them. A view that says otherwise is left alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers and _is_somebody(request):
            patch_cache_control(response, private=True, no_store=True)
        return response


def _is_somebody(request: HttpRequest) -> bool:
    # Who never looked into the session does not know who asks, and need not be made to ask the database.
    is_signed_in = request.session.accessed and request.user.is_authenticated
    return is_signed_in or "HTTP_AUTHORIZATION" in request.META


class PageLanguage:
    """Speaks the browser's language on pages of the installation (signing in, an account, what went wrong), as far as
    there is a catalogue. A desk's pages speak the language they choose themselves, programs hear English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language",))
            return response


class RequestGuard:
    """Answers what no view should have to think of: a body too large, a NUL in the address, too many fields."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _body_bytes(request) > settings.MAX_BODY_BYTES:
            limit = settings.MAX_BODY_BYTES // (1024 * 1024)
            return sorry(
                request, 413, "too_large",
                gettext("This is more than we can take at once: the limit is %s MB.") % limit,
                gettext("Send less, or put large files somewhere and send us the link."),
            )  # fmt: skip
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return sorry(
                request, 400, "unreadable",
                gettext("The address holds a character that cannot be part of one (NUL)."),
                gettext("Take the character out, or start again from the desk's first page."),
            )  # fmt: skip
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer Django's own refusals of oversized forms in words."""
        return _too_much(request, error)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for what Django refuses to read; where it refuses before a view is reached, with a form's token
    still unread, it asks here (`handler400`).
    """
    return _too_much(request, exception) or render(request, "400.html", status=400)


def _too_much(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, TooManyFieldsSent | TooManyFilesSent):
        return sorry(
            request, 400, "too_many_fields",
            gettext("The form holds more than %s fields.") % settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
            gettext("Send fewer fields."),
        )  # fmt: skip
    if isinstance(error, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        return sorry(
            request, 413, "too_large", gettext("The text of this form is over %s MB.") % limit,
            gettext("Shorten the text, or attach it as a file."),
        )  # fmt: skip
    return None


class DeskErrors:
    """Makes a page, or under an API address an answer in JSON, of an error with words that a view let through. What
    fails before or beside a view (no such address, no such method, a fault of ours) has the same shape for programs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if response.status_code not in OUTSIDE_VIEWS or is_json or not wants_json(request):
            return response
        told = sorry(request, response.status_code, *OUTSIDE_VIEWS[response.status_code])
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a DeskError; everything else stays an error of the server."""
        if not isinstance(error, DeskError):
            return None
        return sorry(
            request,
            error.status,
            error.code,
            error.message,
            error.next,
            fields=error.fields,
            clauses=error.clauses,
        )


def sorry(
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    next_step: str,
    *,
    fields: dict[str, str] | None = None,
    clauses: tuple[str, ...] = (),
) -> HttpResponse:
    """Return the page that says what happened and what to do, or the same as JSON for a program."""
    if wants_json(request):
        error = {
            "code": code,
            "message": message,
            "fields": fields or {},
            "clauses": [{"id": clause} for clause in clauses],
            "next": next_step,
        }
        return JsonResponse({"error": error}, status=status)
    context = {
        "status": status,
        "message": message,
        "next_step": next_step,
        "fields": fields or {},
        "clauses": clauses,
    }
    with translation.override(getattr(request, "speaks", None) or translation.get_language()):
        return render(request, "design/sorry.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Say whether a program asks: under an API address, or with JSON as the only type it accepts."""
    return "/api/" in request.path_info or request.META.get("HTTP_ACCEPT", "") == "application/json"


def _body_bytes(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
