"""A signal to end is known as one, wherever Python or a library lost it."""

from __future__ import annotations

import signal

import pytest
import typer

from crs_audit import interrupt
from crs_audit.console import Progress
from crs_audit.guarded import guarded


@pytest.fixture
def _signalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "_heard", [signal.SIGTERM])


@pytest.mark.usefixtures("_signalled")
def test_one_that_was_lost_ends_the_run_at_its_next_word() -> None:
    with pytest.raises(KeyboardInterrupt):
        Progress(quiet=True)("reading vitals")


def test_without_one_the_run_goes_on() -> None:
    Progress(quiet=True)("reading vitals")


@pytest.mark.parametrize("error", [RuntimeError, OSError])
def test_an_error_after_one_is_an_end_and_before_one_a_defect(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @guarded
    def command() -> int:
        raise error

    for heard, code, said in (([], 70, "a defect"), ([signal.SIGINT], 130, "interrupted")):
        monkeypatch.setattr(interrupt, "_heard", heard)
        with pytest.raises(typer.Exit) as end:
            command()
        assert end.value.exit_code == code
        assert said in capsys.readouterr().err
