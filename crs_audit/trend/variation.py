"""What kind of variation a measure's latest months show, in the words of Making Data Count (NHS England).

An icon tells a reader who looks at fifty charts which of them to open. It tells of the latest months of the same rules;
all signals, old ones too, are in words beside the chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from crs_audit.trend.spc import FEWEST_PERIODS, p_limits, run_rules

REQUIRED = "R"
"""Kind of the measures of which more is better; of what the text only asks to consider nobody has said so."""

IMPROVEMENT, CONCERN = "improvement", "concern"
HIGHER, LOWER = "higher", "lower"
SPECIAL = "special"
COMMON = "common"
FEW = "few"


def variation(counts: Sequence[tuple[int, int]], kind: str) -> str:
    """counts: (met, judged) of successive periods of the same rules, the latest last. kind: of the measure.

    IMPROVEMENT or CONCERN (HIGHER or LOWER, where more is not better by the text): the latest period lies beyond a
    limit of the p chart, or belongs to an unusually long run on one side of the median. SPECIAL: the run rules find an
    unusual pattern, but not in the latest periods. COMMON: none. FEW: too few periods for the rules.
    """
    judged = [(met, of) for met, of in counts if of]
    shares = [met / of for met, of in judged]
    rules, limits = run_rules(shares), p_limits(judged)
    if rules is None or limits is None or len(judged) < FEWEST_PERIODS:
        return FEW
    up, down = (IMPROVEMENT, CONCERN) if kind == REQUIRED else (HIGHER, LOWER)
    if limits.signals[-1]:
        return up if limits.signals[-1] > 0 else down
    if not rules.judged:
        return FEW
    *_, (above, latest) = (
        (side, len(list(run))) for side, run in groupby(s > rules.centre for s in shares if s != rules.centre)
    )
    if latest > rules.run_limit:
        return up if above else down
    return SPECIAL if rules.shift or rules.few_crossings else COMMON
