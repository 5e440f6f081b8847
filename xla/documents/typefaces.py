"""Typefaces: the files of our own letters, the same for paper and browser."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "web" / "static" / "fonts"
REGULAR = FOLDER / "xla-inter-400.woff2"
BOLD = FOLDER / "xla-inter-600.woff2"
FILES = (REGULAR, BOLD)
