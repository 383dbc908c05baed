"""Ended from outside: Ctrl-C, SIGTERM and SIGHUP all end a run in the same way, and are known to have done so."""

from __future__ import annotations

import signal
from types import FrameType

_heard: list[int] = []


def listen() -> None:
    """From here on a signal to end raises KeyboardInterrupt, workers and all."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup ignores SIGHUP, and a shell SIGINT of what it runs in the background: let them.
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _end)


def heard() -> bool:
    """Whether such a signal came: raised inside a library it may come out of it as an error of that library."""
    return bool(_heard)


def _end(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    if number != signal.SIGINT:
        # A terminal sends Ctrl-C to the workers too; the others reach this process alone, and a worker that goes on
        # would leave rows behind in the temporary folder.
        import multiprocessing

        for worker in multiprocessing.active_children():
            worker.terminate()
    raise KeyboardInterrupt
