"""The words of the audit log: for each action's key, what was done."""

from typing import Any

from xla.web.language import lazy

ACTIONS: dict[str, Any] = {
    "branding.change": lazy("Changed the branding"),
    "branding.logo": lazy("Chose a logo"),
    "branding.no_logo": lazy("Removed the logo"),
    "key.create": lazy("Made an API key"),
    "key.revoke": lazy("Revoked an API key"),
    "sign_in": lazy("Signed in"),
    "webhook.create": lazy("Made a webhook"),
    "webhook.disable": lazy("Switched a webhook off"),
    "webhook.enable": lazy("Switched a webhook on"),
    "webhook.resend": lazy("Sent a webhook’s message again"),
    "webhook.test": lazy("Sent a webhook a test message"),
}


def action_words(key: str) -> str:
    """What was done; the key itself where nobody wrote words for it."""
    return str(ACTIONS.get(key, key))
