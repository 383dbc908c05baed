"""`python -m crs_audit` is `crs-audit`."""

from crs_audit.cli import main

main()
