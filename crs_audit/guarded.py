"""What a command returns or raises → its exit code; a user's mistake is one line on stderr."""

from __future__ import annotations

import errno
import functools
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import typer

from crs_audit import __version__, errors
from crs_audit.console import note
from crs_audit.interrupt import heard

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_INTERRUPTED = "interrupted; nothing was published"
_NO_ROOM_SAID = "no room is left where stdout, --out or the temporary folder (TMPDIR) lies; make room there"

Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, int]) -> Callable[Arguments, None]:
    """The command, ending with the exit code of `errors` that says what came of it."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except errors.CrsAuditError as error:
            note(str(error))
            code = error.exit_code
        except KeyboardInterrupt:
            note(_INTERRUPTED)
            code = errors.INTERRUPTED
        except BrokenPipeError:
            # The reader of stdout left; without this Python complains once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = errors.OK
        except OSError as error:
            full = error.errno in _NO_ROOM
            code, said = (errors.OUTPUT, _NO_ROOM_SAID) if full else _of_defect(error)
            note(said)
        except Exception as error:  # the last resort: says where, and never what the data were
            code, said = _of_defect(error)
            note(said)
        raise typer.Exit(code)

    return run


def _of_defect(error: BaseException) -> tuple[int, str]:
    return (errors.INTERRUPTED, _INTERRUPTED) if heard() else (errors.DEFECT, _defect(error))


def _defect(error: BaseException) -> str:
    """Type and place of an error. Its message is left out: libraries put cells of the data into it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "crs_audit" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    what = f"{type(error).__name__} at {place} (crs-audit {__version__})"
    return f"a defect of the program, please report it: {what}"
