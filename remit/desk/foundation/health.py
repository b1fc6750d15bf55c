"""`/healthz`: is the database there, is anything due and not done, is anything dead. Everyone hears whether all is
well; how much waits, and how long, is for whoever runs the installation.
"""

from datetime import timedelta
from ipaddress import ip_address

from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import JsonResponse

from remit.desk.foundation.middleware import DeskRequest
from remit.desk.foundation.models import Outbox, Timer

LATE = timedelta(minutes=5)
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What a proxy adds: the connection then comes from the proxy, not from whoever asks."""


def healthz(request: DeskRequest) -> JsonResponse:
    """Return 200 while the database answers, 503 otherwise. Late work is told ("not ok"), not failed: a restarted web
    process would not mend it. Ages and counts are told to the operator and to this machine only.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        told = _told(request)
        may_know_more = _is_from_here(request) or getattr(request.user, "is_operator", False)
    except DatabaseError:
        told, may_know_more = {"status": "not ok", "database": "unreachable"}, _is_from_here(request)
    status = 503 if told["database"] != "ok" else 200
    return JsonResponse(told if may_know_more else {"status": told["status"]}, status=status)


def _told(request: DeskRequest) -> dict[str, object]:
    waiting = {"due_at__lte": request.now, "dead_at": None}
    oldest = {
        "timer": Timer.objects.filter(**waiting).aggregate(due=Min("due_at"))["due"],
        "delivery": Outbox.objects.filter(**waiting, sent_at=None).aggregate(due=Min("due_at"))["due"],
    }
    late = {name: int((request.now - due).total_seconds()) for name, due in oldest.items() if due is not None}
    is_behind = any(seconds > LATE.total_seconds() for seconds in late.values())
    return {
        "status": "not ok" if is_behind else "ok",
        "database": "ok",
        "worker": "behind" if is_behind else "ok",
        "oldest_due_seconds": late,
        "dead": {
            "timers": Timer.objects.filter(dead_at__isnull=False).count(),
            "deliveries": Outbox.objects.filter(dead_at__isnull=False).count(),
        },
    }


def _is_from_here(request: DeskRequest) -> bool:
    """Whether somebody on this very machine asks, and no proxy on it asks for somebody else."""
    try:
        is_loopback = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.META for name in PASSED_ON)
