"""Charts → the graded timeline: `astct.grade`."""
