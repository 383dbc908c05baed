"""crs_audit: retrospective audit of how cytokine release syndrome after CAR T-cell therapy was managed."""

import os

__version__ = "0.1.0"

# polars' allocator gives freed memory back to the system within half a second, to be asked for again page by page with
# the next block; ten seconds take a sixth off the time of a large run. It keeps a heap for every few threads, and what
# one thread has freed another does not get: with two heaps a seventh fewer pages are asked for, and the peak is lower.
# Read when polars is loaded, here and in workers.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000,narenas:2")
