"""crs_audit: retrospective audit of how cytokine release syndrome after CAR T-cell therapy was managed."""

__version__ = "0.1.0"
