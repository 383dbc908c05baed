"""One row an infusion for research: `research.cohort_frames` makes it beside the audit, `export.cohort` chooses and
writes it."""
