"""Real servers and real load for the benchmarks: gunicorn, wrk, and a poster of forms."""

import http.client
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]

# wrk asks for a page that nobody asked for before, so that no cache can answer.
UNCACHED = """
local n = 0
request = function()
  n = n + 1
  local mark = wrk.path:find("?", 1, true) and "&" or "?"
  return wrk.format("GET", wrk.path .. mark .. "nobody=" .. n .. "x" .. tostring(math.random()))
end
math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(factory: str, environment: dict[str, str], workers: int = 2) -> Iterator[int]:
    """gunicorn with sync workers, as `consult serve` starts it; yields the port."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", factory, "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--worker-class", "sync", "--log-level", "warning",
        "--no-control-socket", "--preload", "--timeout", "120", "--backlog", "2048",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


@dataclass
class Measured:
    """One round: requests a second, latencies in milliseconds, answers that were no success."""

    rate: float
    p50: float
    p99: float
    errors: int = 0


def wrk(
    url: str,
    seconds: float,
    *,
    connections: int = 8,
    headers: Sequence[str] = (),
    uncached: bool = False,
) -> Measured:
    """Load one address with wrk (Debian package wrk)."""
    if shutil.which("wrk") is None:
        raise SystemExit("The benchmarks need the Debian package wrk.")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(UNCACHED if uncached else "")
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
        command += ["-s", script.name] if uncached else []
        for header in headers:
            command += ["-H", header]
        text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    return _parsed(text)


def _parsed(text: str) -> Measured:
    def milliseconds(percent: str) -> float:
        found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text)
        assert found, text
        return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]

    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert rate, text
    return Measured(
        float(rate[1]), milliseconds("50"), milliseconds("99"), int(bad[1]) if bad else 0
    )


def get(port: int, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    """One request; the body is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def cookies(response: http.client.HTTPResponse) -> str:
    """The cookies that a response sets, as a browser sends them back."""
    return "; ".join(
        value.split(";")[0] for name, value in response.getheaders() if name == "Set-Cookie"
    )


@dataclass
class Form:
    """A form ready to be sent: where to, its fields, the cookies of its visitor."""

    path: str
    fields: dict[str, str]
    cookie: str = ""


@dataclass
class Posted:
    """What became of many posts."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def measured(self) -> Measured:
        ordered = sorted(self.latencies)
        bad = sum(n for status, n in self.statuses.items() if not 200 <= status < 400)
        return Measured(
            len(ordered) / self.seconds,
            statistics.median(ordered) * 1000,
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000,
            bad,
        )


def post_all(port: int, forms: Sequence[Form], connections: int) -> Posted:
    """Send every form once, from `connections` posters at the same time, in two processes."""
    halves = [list(forms[i::2]) for i in range(2)]
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        results = pool.starmap(_post_some, [(port, half, connections // 2) for half in halves])
    posted = Posted(time.perf_counter() - start)
    for latencies, statuses in results:
        posted.latencies += latencies
        for status, count in statuses.items():
            posted.statuses[status] = posted.statuses.get(status, 0) + count
    return posted


@dataclass(frozen=True)
class Sent:
    """One post: when it was sent (time.monotonic), how long its answer took, and its status."""

    at: float
    seconds: float
    status: int


@contextmanager
def posters(
    port: int, connections: int, form: Callable[[], Form]
) -> Iterator[Callable[[], list[Sent]]]:
    """People who post one fresh form after the other, in two processes, until they are called off.

    Yields what calls them off and returns what they sent.
    """
    context = multiprocessing.get_context("fork")
    over = context.Event()
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    processes = [
        context.Process(target=_keep_posting, args=(port, connections // 2, form, over, sending))
        for _, sending in pipes
    ]
    for process in processes:
        process.start()

    def call_off() -> list[Sent]:
        over.set()
        return [sent for receiving, _ in pipes for sent in receiving.recv()]

    try:
        yield call_off
    finally:
        over.set()
        for process in processes:
            process.join(60)


def _keep_posting(
    port: int, connections: int, form: Callable[[], Form], over: Any, results: Any
) -> None:
    sent: list[Sent] = []

    def poster() -> None:
        while not over.is_set():
            fresh, begun = form(), time.monotonic()
            status = post(port, fresh)
            sent.append(Sent(begun, time.monotonic() - begun, status))

    threads = [threading.Thread(target=poster) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.send(sent)


def _post_some(
    port: int, forms: list[Form], connections: int
) -> tuple[list[float], dict[int, int]]:
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    queue = iter(forms)
    lock = threading.Lock()

    def poster() -> None:
        while True:
            with lock:
                form = next(queue, None)
            if form is None:
                return
            begun = time.perf_counter()
            status = post(port, form)
            with lock:
                latencies.append(time.perf_counter() - begun)
                statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=poster) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return latencies, statuses


def post(port: int, form: Form) -> int:
    """Send one form; returns the status, 0 if the connection broke."""
    body = urlencode(form.fields)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": form.cookie}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", form.path, body, headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return response.status
    finally:
        connection.close()


def post_for_cookie(port: int, form: Form) -> tuple[str, str]:
    """Send one form; returns where its answer leads and the cookies that it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": form.cookie}
    connection.request("POST", form.path, urlencode(form.fields), headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.getheader("Location") or form.path, cookies(response) or form.cookie


def interleaved(cases: dict[str, Callable[[], Measured]], rounds: int) -> dict[str, list[Measured]]:
    """Run all cases one after the other, `rounds` times, so that neighbours share the noise."""
    measured: dict[str, list[Measured]] = {name: [] for name in cases}
    for number in range(rounds):
        for name, case in cases.items():
            measured[name].append(case())
            last = measured[name][-1]
            print(f"round {number + 1} {name}: {last.rate:.0f}/s p99 {last.p99:.0f} ms",
                  file=sys.stderr)  # fmt: skip
    return measured


def ratio(measured: dict[str, list[Measured]], case: str, base: str) -> float:
    """The median over rounds of the ratio of rates."""
    pairs = zip(measured[case], measured[base], strict=True)
    return statistics.median(a.rate / b.rate for a, b in pairs)
