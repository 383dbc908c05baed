"""The data dictionary: what goes in and what comes out, told by the code's own declarations.

Names, types, needs, rules, limits and units are read where the program itself reads them; `columns.toml` adds one
sentence to each.
"""
