"""What the accepted rows look like, whether or not a verdict rests on them: counts, ranges, units, names, suspects, and
how much of each patient's window was charted.

Made per shard, where whole patients lie together, of sums, least and greatest values only: so the parts add up to the
same profile however the patients were sharded and the rows ordered.
"""
