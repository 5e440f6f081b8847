"""The shell: what every page has around it: who is signed in, the navigation and its counts."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, request, url_for

from xla.core.agreement import LANGUAGES
from xla.core.role import Permission
from xla.documents.language import NAMES
from xla.web.access import allowed, visitor_or_none
from xla.web.language import figures, spoken
from xla.web.look import around, look, provider
from xla.web.words import period_name


def shell() -> dict[str, Any]:
    """What every template may use."""
    return {
        "around": around,
        "allowed": lambda permission: allowed(Permission(permission)),
        "asset": cache(asset),  # one page asks for the icons a few hundred times
        "figures": figures,
        "here": request.full_path.rstrip("?"),
        "is_fragment": "HX-Request" in request.headers,
        "language": spoken(),
        "languages": {key: NAMES[key] for key in LANGUAGES},
        "period_name": period_name,
        "look": look,
        "provider": provider,
        "visitor": visitor_or_none(),
    }


def asset(name: str) -> str:
    """A static file's address, new whenever the file is: browsers may keep it for a year."""
    return url_for("static", filename=name, v=_fingerprint(str(current_app.static_folder), name))


@cache
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:10]
