"""The commands: arguments in, one call, exit code out. Heavy imports happen inside a command, `--help` stays quick."""
