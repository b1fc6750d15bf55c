"""`/healthz`: is the database there, is anything due and not done, is anything dead. For probes and for people."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import JsonResponse

from remit.desk.foundation.middleware import DeskRequest
from remit.desk.foundation.models import Outbox, Timer

LATE = timedelta(minutes=5)


def healthz(request: DeskRequest) -> JsonResponse:
    """Return 200 while the database answers, 503 otherwise. Late or dead work is told, not failed: a restarted web
    process would not mend it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        oldest = {
            "timer": Timer.objects.filter(due_at__lte=request.now, dead_at=None).aggregate(due=Min("due_at"))[
                "due"
            ],
            "delivery": Outbox.objects.filter(due_at__lte=request.now, sent_at=None, dead_at=None).aggregate(
                due=Min("due_at")
            )["due"],
        }
        dead = {
            "timers": Timer.objects.filter(dead_at__isnull=False).count(),
            "deliveries": Outbox.objects.filter(dead_at__isnull=False).count(),
        }
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    late = {name: int((request.now - due).total_seconds()) for name, due in oldest.items() if due is not None}
    is_behind = any(seconds > LATE.total_seconds() for seconds in late.values())
    return JsonResponse(
        {
            "database": "ok",
            "worker": "behind" if is_behind else "ok",
            "oldest_due_seconds": late,
            "dead": dead,
        }
    )
