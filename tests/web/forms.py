"""Forms as a browser sees them: read from a page, to be filled in and sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

FREE = {"text", "search", "textarea"}
"""Where anything may be typed."""
PLAUSIBLE = {
    "date": "2026-05-31",
    "datetime-local": "2026-05-31T12:00",
    "email": "somebody@kastell.example",
    "month": "2026-05",
    "number": "1",
    "password": "correct horse battery",
    "tel": "1",
    "url": "https://desk.example/in",
}
"""What a field of a kind takes."""


@dataclass
class Form:
    """One form: where it goes, and its fields with what stands in them."""

    action: str
    method: str
    typed: dict[str, str] = field(default_factory=dict)
    """The kind of each field one types into."""
    values: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, text: str, *, everywhere: bool) -> dict[str, Any]:
        """As a person would send it who writes `text` wherever anything goes, or into every field."""
        sent: dict[str, Any] = dict(self.values)
        for name, kind in self.typed.items():
            stands = "".join(self.values.get(name, []))
            sent[name] = text if everywhere or kind in FREE else stands or PLAUSIBLE[kind]
        return sent


class Forms(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.select: str | None = None
        self.area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"].partition("#")[0])
        elif tag == "form":
            self.forms.append(Form(told.get("action", ""), told.get("method", "get").lower()))
        elif self.forms and tag in {"input", "textarea", "select", "option", "button"}:
            self._field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].values[self.area] = [data]

    def _field(self, tag: str, told: dict[str, str]) -> None:
        form, name = self.forms[-1], told.get("name", "")
        kind = tag if tag != "input" else told.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if self.select not in form.values or "selected" in told:
                form.values[self.select] = [told.get("value", "")]
        elif name and kind == "textarea":
            form.typed[name], self.area = kind, name
        elif name and kind in {"checkbox", "radio"}:
            form.values.setdefault(name, []).append(told.get("value", "y"))
        elif name and (kind in FREE or kind in PLAUSIBLE):
            form.typed[name], form.values[name] = kind, [told.get("value", "")]
        elif name and kind != "file":
            form.values.setdefault(name, []).append(told.get("value", ""))
