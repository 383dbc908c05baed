"""The synthetic cohort: its bytes, its truth, and the audit held against that truth."""
