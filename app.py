"""The WSGI entry: `gunicorn app:app`."""

from xla.settings import Settings
from xla.web import create_app

app = create_app(Settings.from_env())
