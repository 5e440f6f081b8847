"""Templates: where they lie, in a checkout and when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES = next(
    folder
    for folder in (_PACKAGE / "_templates", _PACKAGE.parent / "templates")
    if (folder / "report").is_dir()
)
