"""The `xla` command: reads the clock, owns the transaction, speaks the terminal's language."""

from xla.cli.main import main

__all__ = ["main"]
