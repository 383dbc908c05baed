"""The oracle: a slow, naive reading of the protocol in plain Python, against which the engine is held.

It takes the accepted tables as lists of dicts and knows nothing of the engine. Numbers stand here literally, on
purpose: two independent readings must agree.
"""
