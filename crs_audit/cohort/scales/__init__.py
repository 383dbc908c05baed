"""Other scales of the same course: Lee 2014, CTCAE v5 and Penn, each a maximum of what single states ask for."""
