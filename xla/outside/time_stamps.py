"""Time stamps: a query to a time-stamp authority over HTTP, and what it answers (RFC 3161, section 3.4)."""

from xla.outside import calls

HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "User-Agent": "XLA-monitor",
}
OK = 200
SAID = {
    "url": "XLA_TIMESTAMP_URL is no address that can be asked",
    "name": "nobody knows the name of the time-stamp server",
    "connection": "the time-stamp server can't be reached",
    "certificate": "the time-stamp server's certificate is not its name's, or nobody's that is trusted here",
    "time": f"the time-stamp server took longer than {calls.SECONDS} seconds",
    "redirect": "the time-stamp server sends on to another address, which is not followed",
    "large": f"the time-stamp server's answer is larger than {calls.MOST_BYTES >> 10} KiB",
}


class Unanswered(Exception):
    """There is no answer that could be looked at; says why, in one sentence."""


def ask(url: str, query: bytes) -> bytes:
    """The answer to a query, as it came: nothing of it is checked here.

    The operator chose the address, so it may be one of our own network, and http: what comes is signed.
    Raises `Unanswered`.
    """
    reply = calls.call(url, HEADERS, query, reach="anywhere")
    if reply.problem is not None:
        raise Unanswered(SAID[reply.problem])
    if reply.status != OK:
        raise Unanswered(f"the time-stamp server answered {reply.status}")
    return reply.body
