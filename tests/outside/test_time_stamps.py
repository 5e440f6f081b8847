"""A query to a time-stamp authority: sent once, and why there is no answer where there is none."""

import socket

import pytest

import authority
from xla.outside import calls
from xla.outside.time_stamps import Unanswered, ask


def test_an_authority_in_our_own_network_is_asked_in_the_standards_words() -> None:
    with authority.stamping() as server:
        server.answer = lambda query, _at: b"answer to " + query
        assert ask(server.url, b"query") == b"answer to query"
        assert server.asked == [("application/timestamp-query", b"query")]


def test_where_nobody_listens_it_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered, match="can't be reached"):
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}/", b"query")


def test_an_address_with_a_password_is_not_asked() -> None:
    with pytest.raises(Unanswered, match="XLA_TIMESTAMP_URL is no address"):
        ask("https://user:secret@time.example/", b"query")


def test_a_call_to_the_operators_address_may_go_to_our_own_network_and_no_other_may() -> None:
    url = "http://10.1.2.3/"
    assert calls.is_address(url, reach="anywhere")
    assert not calls.is_address(url)
    assert calls.call("https://10.1.2.3/", {}, b"", reach="outside").problem == "address"
    assert calls.call(url, {}, b"", reach="loopback").problem == "address"
