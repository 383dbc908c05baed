"""Segments → clusters, chains, grades and episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.oracle.grade import Segment, States
from tests.oracle.sparing import Sparing
from tests.oracle.unit import HOUR


@dataclass
class Cluster:
    segments: list[Segment]

    @property
    def start(self) -> datetime:
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        return self.segments[-1].end

    @property
    def first_fever(self) -> datetime | None:
        return next((s.start for s in self.segments if s.fever), None)


@dataclass
class Chain:
    """A cluster with fever and the feverless clusters that continue it."""

    clusters: list[Cluster]

    @property
    def onset(self) -> datetime:
        onset = self.clusters[0].first_fever
        assert onset is not None, "a chain begins with a fever"
        return onset


@dataclass(frozen=True)
class Episode:
    number: int
    onset: datetime
    end: datetime
    max_grade: int
    strict_max_grade: int
    first_grade: dict[int, datetime | None]
    """first instant of this grade or a higher one, 1 … 4"""
    hours_grade: dict[int, float]
    """hours at exactly this grade, 1 … 4"""
    hours_unobserved: float
    segments: list[Segment] = field(compare=False, default_factory=list)


def clusters_of(segments: list[Segment]) -> list[Cluster]:
    clusters: list[Cluster] = []
    for segment in segments:
        if segment.candidate:
            if clusters and segment.start - clusters[-1].end < 24 * HOUR:
                clusters[-1].segments.append(segment)
            else:
                clusters.append(Cluster([segment]))
    return clusters


def chains_of(clusters: list[Cluster]) -> list[Chain]:
    chains: list[Chain] = []
    before: Cluster | None = None
    in_chain = False
    for cluster in clusters:
        if cluster.first_fever is not None:
            chains.append(Chain([cluster]))
            in_chain = True
        elif in_chain and before is not None and cluster.start - before.end < 72 * HOUR:
            chains[-1].clusters.append(cluster)
        else:
            in_chain = False
        before = cluster
    return chains


def grade_segments(states: States) -> list[Chain]:
    """Fills in `grade` and `strict_grade` of the segments; gives the chains."""
    chains = chains_of(clusters_of(states.segments))
    strict_sparing = [given for given in states.sparing if given.kind != "antipyretic"]
    for chain in chains:
        for n, cluster in enumerate(chain.clusters):
            for segment in cluster.segments:
                if n == 0:
                    segment.grade = _grade(segment, chain.onset, states, states.sparing)
                    segment.strict_grade = _grade(segment, chain.onset, states, strict_sparing)
                elif _given(strict_sparing, chain.onset, segment.start):
                    segment.grade = segment.strict_grade = segment.support
    return chains


def _grade(segment: Segment, onset: datetime, states: States, sparing: list[Sparing]) -> int:
    """The grade in a cluster with fever."""
    if segment.start < onset:
        return 0
    if segment.fever:
        return max(1, segment.support)
    if _fever_in_last_day(states.segments, segment.start) or _given(sparing, onset, segment.start):
        return segment.support
    return 0


def _fever_in_last_day(segments: list[Segment], t: datetime) -> bool:
    """Whether fever held at some time in (t − 24 h, t]; the segments begin with the window."""
    return any(s.fever and s.start <= t and s.end > t - 24 * HOUR for s in segments)


def _given(sparing: list[Sparing], onset: datetime, t: datetime) -> bool:
    return any(onset - 6 * HOUR <= given.time <= t for given in sparing)


def episodes_of(states: States) -> list[Episode]:
    """Grades the segments and tells the episodes."""
    episodes = []
    for number, chain in enumerate(grade_segments(states), start=1):
        end = max(s.end for cluster in chain.clusters for s in cluster.segments if s.grade >= 1)
        episodes.append(_episode(number, chain.onset, end, states.segments))
    return episodes


def _episode(number: int, onset: datetime, end: datetime, segments: list[Segment]) -> Episode:
    own = [s for s in segments if onset <= s.start < end]
    return Episode(
        number=number,
        onset=onset,
        end=end,
        max_grade=max(s.grade for s in own),
        strict_max_grade=max(s.strict_grade for s in own),
        first_grade={k: next((s.start for s in own if s.grade >= k), None) for k in (1, 2, 3, 4)},
        hours_grade={k: sum((s.end - s.start) / HOUR for s in own if s.grade == k) for k in (1, 2, 3, 4)},
        hours_unobserved=sum((s.end - s.start) / HOUR for s in own if not s.observed),
        segments=own,
    )
