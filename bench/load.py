"""Closed-loop HTTP load: a fixed number of clients, each sending its next request when the last was answered.

What lives here: the driver, its percentiles, and the processor time of a server's process tree meanwhile. What does
not: which requests are sent and whether they had their effect (`intake.py` counts rows in the database).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import psutil


@dataclass(frozen=True)
class Request:
    """One request to send: method, address, and what aiohttp takes as keywords (headers, data, json)."""

    method: str
    url: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What one run measured. Times in milliseconds; `cpu_ms` is server processor time per answered request."""

    answered: int
    failed: int
    per_second: float
    p95_ms: float
    cpu_ms: float
    first_failure: str


def processor_seconds(roots: Iterable[int]) -> float:
    """Return user plus system seconds used so far by these processes and all their children."""
    total = 0.0
    for root in roots:
        process = psutil.Process(root)
        for member in (process, *process.children(recursive=True)):
            try:
                times = member.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    return total


async def _drive(
    make: Callable[[int], Request],
    good: Callable[[int, bytes, Mapping[str, str]], bool],
    total: int,
    clients: int,
) -> tuple[list[float], int, float, str]:
    numbers = iter(range(total))
    latencies: list[float] = []
    failed = 0
    first_failure = ""

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal failed, first_failure
        for number in numbers:
            request = make(number)
            began = time.perf_counter()
            try:
                async with session.request(
                    request.method, request.url, allow_redirects=False, **request.options
                ) as answer:
                    body = await answer.read()
                ok = good(answer.status, body, answer.headers)
                seen = f"{answer.status} {body[:300]!r}"
            except (TimeoutError, aiohttp.ClientError) as error:
                ok, seen = False, repr(error)
            latencies.append(time.perf_counter() - began)
            if not ok:
                failed += 1
                first_failure = first_failure or seen

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=clients),
        timeout=aiohttp.ClientTimeout(120),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        began = time.perf_counter()
        await asyncio.gather(*(client(session) for _ in range(clients)))
        wall = time.perf_counter() - began
    return latencies, failed, wall, first_failure


def run(
    make: Callable[[int], Request],
    good: Callable[[int, bytes, Mapping[str, str]], bool],
    *,
    total: int,
    clients: int,
    processes: Iterable[int],
) -> Run:
    """Send `total` requests from `clients` clients; charge the processor time of `processes` (and children)."""
    roots = list(processes)
    before = processor_seconds(roots)
    latencies, failed, wall, first_failure = asyncio.run(_drive(make, good, total, clients))
    used = processor_seconds(roots) - before
    ordered = sorted(latencies)
    return Run(
        answered=total - failed,
        failed=failed,
        per_second=(total - failed) / wall,
        p95_ms=1000 * ordered[int(0.95 * len(ordered))],
        cpu_ms=1000 * used / total,
        first_failure=first_failure,
    )
