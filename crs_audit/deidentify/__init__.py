"""Reports and cohorts without names and true dates, by a key that only the site holds.

It is a careful pseudonym, not a guarantee: rare courses, weights and products stay what they are, and nobody's law or
review board has judged it. Who holds the key can go back.
"""
