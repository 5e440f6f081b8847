"""The WSGI entry: `gunicorn app:app`."""

from xla import logs
from xla.settings import Settings
from xla.web import create_app

settings = Settings.from_env()
logs.set_up(settings.log_format)
app = create_app(settings)
