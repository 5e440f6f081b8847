"""Rows: what the database remembers and what it forbids."""
