"""The engine held against the oracle on generated charts."""
