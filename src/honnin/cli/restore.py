"""`honnin restore` (the command stands with `honnin backup`)."""

from honnin.cli.backup import restore_command as command

__all__ = ["command"]
