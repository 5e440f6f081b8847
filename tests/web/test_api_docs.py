"""The API's own description: its page, and the examples of docs/api.md, which are run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from e2e import pages
from web.conftest import KeyOf
from web.test_api import count
from xla.web.api.openapi import described

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.usefixtures("harbour")
def test_the_examples_work_as_they_stand(app: Flask, key_of: KeyOf, store: Engine) -> None:
    key = key_of("read", "ratings:write")["Authorization"].removeprefix("Bearer ")
    curls = [block for block in blocks("sh") if block.startswith("curl")]
    (client,) = blocks("python")
    assert len(client.splitlines()) <= 35
    before = count(store)
    with pages.served(app, store) as site:
        known = {"XLA": site.url, "KEY": key, "PATH": os.environ["PATH"]}
        told = [
            subprocess.run(command, env=known, capture_output=True, text=True, check=True).stdout
            for command in (*(["sh", "-ec", curl] for curl in curls), [sys.executable, "-c", client])
        ]
    listed, posted, period, talked = told
    assert '"key":"harbour"' in listed
    assert posted == '{"accepted":1,"duplicates":0}\n'
    assert '"verdict":"breached"' in period
    assert "2026-03 {'clean': 'breached', 'food': 'met', 'recommend': 'no_data'}" in talked
    assert count(store) == before + 2


def test_every_route_of_the_api_is_described_and_shown(app: Flask, browser: FlaskClient) -> None:
    with app.test_request_context():
        document = described(app)
    shown = browser.get("/api/v1/docs").text
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "guarded_by", None) and rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            assert path in document["paths"]
            assert f"<code>{path}</code>" in shown
    assert "responses[].ratings[].score" in shown
    links = re.findall(r'(?:src|href)="([^"]*)"', shown)
    assert all(link.startswith(("/", "#")) and not link.startswith("//") for link in links)


def test_the_description_needs_no_key_and_sets_no_cookie(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/openapi.json")
    assert answer.json["openapi"].startswith("3.1")
    assert "Set-Cookie" not in answer.headers
