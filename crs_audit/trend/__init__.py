"""The course over months: what `run --history` keeps, run and p charts, what is more than chance."""
