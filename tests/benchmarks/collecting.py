"""Collecting: the public page, tapped on over HTTP, beside bare WSGI functions behind the same server.

Both run under gunicorn with two processes, over the same kind of database with durable commits, one after the other and
in turns. The load comes from this machine, too: what counts is the ratio.
"""

import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from statistics import median

from measuring import Figure

import tapping
from databases import Databases
from load import Address, Loaded, load
from serving import collecting, request, served, taps
from xla import database

CONNECTIONS = 8
TAPS, PAGES, TURNS = 4_000, 6_000, 3


def figures(databases: Databases, *, is_small: bool = False) -> Iterator[Figure]:
    """Ratings a second beside the bare insert's, their slowest beside the median, and the page beside bare bytes."""
    share = 4 if is_small else 1
    ours, bare = _filled(databases), _filled(databases)
    with served("app:app", ours) as (app, _), tempfile.NamedTemporaryFile(suffix=".html") as page:
        page.write(_page(app))
        page.flush()
        told = {"BARE_DATABASE": bare, "BARE_PAGE": page.name}
        with served("bare:app", bare, **told) as (least, _):
            gets = _in_turn(app, least, lambda at: _gets(at, PAGES // share))
            posts = _in_turn(app, least, lambda at: taps(at, TAPS // share))
    yield from _told("the public page", gets, 0.6, "pages")
    yield from _told("a tap, stored", posts, 0.5, "ratings")
    median_s, slowest_s = (median(each.percentile(at) for each, _ in posts) for at in (50, 99))
    yield Figure("  its 99th percentile beside its median", slowest_s / median_s, 4)
    yield Figure("  its median", median_s * 1000, unit="ms")


def _told(what: str, pairs: list[tuple[Loaded, Loaded]], bound: float, noun: str) -> Iterator[Figure]:
    assert {*pairs[0][0].codes, *pairs[0][1].codes} <= {200, 303}, [each.codes for each in pairs[0]]
    ratio = median(ours.rate / bare.rate for ours, bare in pairs)
    yield Figure(f"{what}: {noun} a second beside the bare function's", ratio, bound, is_least=True)
    for name, place in (("ours", 0), ("bare", 1)):
        rate = median(pair[place].rate for pair in pairs)
        yield Figure(f"  {name}, a second", rate, unit="")


def _in_turn(
    app: Address, least: Address, requests: Callable[[Address], Iterator[bytes]]
) -> list[tuple[Loaded, Loaded]]:
    """Both, one after the other, some times; the first time warms up and does not count."""
    found = []
    for _ in range(TURNS + 1):
        pair = [load(at, requests(at), connections=CONNECTIONS) for at in (app, least)]
        found.append((pair[0], pair[1]))
    return found[1:]


def _gets(address: Address, count: int) -> Iterator[bytes]:
    asked = request(address, "GET")
    return (asked for _ in range(count))


def _page(address: Address) -> bytes:
    """The page as it is served."""
    with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/r/{tapping.TOKEN}") as answer:
        content: bytes = answer.read()
    return content


def _filled(databases: Databases) -> str:
    """A database with one rating point that collects."""
    url = databases.create()
    engine = database.connect(url)
    collecting(engine)
    engine.dispose()
    return url
