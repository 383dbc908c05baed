"""Shards evaluated in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_RETRIES = 2
"""How often a broken pool (a worker killed, mostly for memory) is begun again, each time with fewer workers."""


def run_tasks(work: Callable[[Task], Outcome], tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """`work(task)` for every task, outcomes as they come; with one task or one job in this process.

    A worker that dies takes its pool with it: what is unfinished is tried again with fewer workers, and in this
    process at the last. An exception of `work` itself is raised here.
    """
    left = dict(enumerate(tasks))
    workers = min(jobs, len(left))
    for _ in range(_RETRIES):
        if workers <= 1:
            break
        try:
            yield from _pooled(work, left, workers)
        except BrokenProcessPool:
            workers //= 2
    for number in list(left):
        yield work(left.pop(number))


def _pooled(work: Callable[[Task], Outcome], left: dict[int, Task], workers: int) -> Iterator[Outcome]:
    # Two processes that each start a thread per core would fight over the cores.
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = str(max(1, (os.cpu_count() or 1) // workers))
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        futures = {pool.submit(work, task): number for number, task in left.items()}
        for future in as_completed(futures):
            outcome = future.result()
            del left[futures[future]]
            yield outcome
    finally:
        # Whatever ends the loop early: what has not begun must not begin.
        pool.shutdown(cancel_futures=True)
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before
