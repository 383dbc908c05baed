"""Synthetic extracts whose truth is known: the true grade timeline and every planted verdict."""

from .cohort import SimulatedCohort, simulate

__all__ = ["SimulatedCohort", "simulate"]
