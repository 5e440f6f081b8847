"""Settings: what an admin chooses for the installation; what the environment says is `xla.settings`."""

from xla.web.settings import branding, deliveries, keys, look, webhooks
from xla.web.settings.pages import settings

__all__ = ["branding", "deliveries", "keys", "look", "settings", "webhooks"]
