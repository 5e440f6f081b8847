"""Pages: get shows, post changes."""

from xla.web.application import create_app

__all__ = ["create_app"]
