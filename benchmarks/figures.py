"""Figures of a benchmark: CPU seconds on one thread, peak memory of an own process, and ranges."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "NUMBA_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",  # nothing is fetched
}


def timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """The result and the CPU seconds of this process, all its threads together."""
    began = time.process_time()
    result = function(*args, **kwargs)
    return result, time.process_time() - began


def alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """The result from a fresh process on one thread, and the most memory it held, in megabytes."""
    os.environ.update(_ONE_THREAD)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        result = process.submit(function, *args, **kwargs).result()
        return result, process.submit(_megabytes).result()


def _megabytes() -> float:
    # `ru_maxrss` of a new process begins with what its parent held, this does not
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spread(values: Sequence[float], digits: int) -> str:
    """The median and, where the values differ at this precision, the lowest and the highest."""
    middle, low, high = (
        f"{value:.{digits}f}" for value in (statistics.median(values), min(values), max(values))
    )
    return middle if low == high else f"{middle} ({low}–{high})"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for each seed, and what its median should not exceed or fall below."""

    name: str
    values: list[float]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def held(self) -> str:
        """What is promised, and whether it is kept."""
        middle, told = statistics.median(self.values), ""
        if self.at_most is not None:
            told = f"at most {self.at_most:.4g}{'' if middle <= self.at_most else '  MISSED'}"
        if self.at_least is not None:
            told = f"at least {self.at_least:.4g}{'' if middle >= self.at_least else '  MISSED'}"
        return told


def line(one: Figure) -> str:
    """One row of the table: the figure, what is promised of it, and whether that is kept."""
    digits = 0 if min(one.values) >= 100 else 2 if max(one.values) >= 1 else 3
    return f"{one.name:58}{spread(one.values, digits):26}{one.held}"
