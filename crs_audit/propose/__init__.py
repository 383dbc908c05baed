"""`crs-audit map`: what an extract seems to be, as a mapping file that a person completes. It applies nothing itself.

`look` reads some rows of each file through intake's readers; `column` tells what the cells of a column are, `known`
what a header or a name means; `tables` says which tables a file serves, `keys` and `times` which column is the patient
and the time; `maps` and the `map_*` beside it write each map with a reason for every line, `settings_lines` what holds
for all files; `toml_text` writes the mapping file. `check` runs a mapping and says what it leaves out.
"""
