"""`crs-audit map`: what an extract seems to be, as a mapping file a person completes. Nothing here is applied by itself.

`look` reads some rows of each file through intake's readers; `columns` and `contents` say what a column is by its
header and by its cells; `tables` says which tables a file serves; `maps` writes each map with a reason for every line;
`settings_lines` what holds for all files (clocks, decimal sign); `toml_text` writes the file. `check` runs a mapping.
"""
