"""Settings: what an admin chooses for the installation; what the environment says is `xla.settings`."""

from xla.web.settings import branding, clients, deliveries, keys, look, webhooks
from xla.web.settings.pages import settings

__all__ = ["branding", "clients", "deliveries", "keys", "look", "settings", "webhooks"]
