"""Checks: what `xla doctor` looks at, an area a file. Each check gives findings, and may raise."""
