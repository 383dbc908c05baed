"""Pictures as SVG text. Coordinates are computed here: no page needs a script, equal runs give equal bytes."""
