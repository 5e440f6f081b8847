"""A time stamp: what is asked of an authority, and that nothing but its own answer is taken."""

import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import tsp

import authority
from xla.documents import time_stamp
from xla.documents.time_stamp import NoStamp, Query

NOW = datetime(2026, 11, 27, 8, 14, tzinfo=UTC)
FILE = b"%PDF-1.7 what was issued"
DIGEST = sha256(FILE).hexdigest()


def asked() -> Query:
    return time_stamp.query(DIGEST)


def test_a_query_asks_for_the_certificate_with_the_digest_and_a_nonce_of_its_own() -> None:
    query = asked()
    told = tsp.TimeStampReq.load(query.der, strict=True).native
    assert told["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert told["message_imprint"]["hashed_message"] == sha256(FILE).digest()
    assert (told["nonce"], told["cert_req"]) == (query.nonce, True)
    assert query.nonce != asked().nonce


def test_an_answer_says_who_vouches_for_which_instant() -> None:
    query = asked()
    stamp = time_stamp.answered(query, authority.granted(query.der, NOW), NOW + timedelta(minutes=4))
    assert (stamp.authority, stamp.stamped_at) == (authority.NAME, NOW)
    assert time_stamp.checked(stamp.token, DIGEST) == stamp


def test_a_stamp_of_other_bytes_or_another_query_is_refused() -> None:
    query = asked()
    other = time_stamp.query(sha256(b"other").hexdigest())
    with pytest.raises(NoStamp, match=r"^the stamp is of other bytes$"):
        time_stamp.answered(query, authority.granted(other.der, NOW), NOW)
    with pytest.raises(NoStamp, match=r"^the stamp answers another query$"):
        time_stamp.answered(query, authority.granted(asked().der, NOW), NOW)


def test_a_refusal_is_told_in_the_authoritys_words() -> None:
    with pytest.raises(NoStamp, match=r"^the authority refused: too many today$"):
        time_stamp.answered(asked(), authority.refused(b"", NOW), NOW)
    bare = authority.bare({"status": "waiting"})
    with pytest.raises(NoStamp, match=r"^the authority refused: waiting$"):
        time_stamp.answered(asked(), bare, NOW)


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>", b"\x30\x80", bytes(70)])
def test_garbage_is_no_answer(answer: bytes) -> None:
    with pytest.raises(NoStamp, match=r"^the answer is none of a time-stamp authority$"):
        time_stamp.answered(asked(), answer, NOW)


def test_what_follows_an_answer_or_a_stamp_is_refused() -> None:
    query = asked()
    answer = authority.granted(query.der, NOW)
    with pytest.raises(NoStamp, match="none of a time-stamp authority"):
        time_stamp.answered(query, answer + b"\0", NOW)
    token = time_stamp.answered(query, answer, NOW).token
    with pytest.raises(NoStamp, match="can't be read"):
        time_stamp.checked(token + b"\0", DIGEST)


def test_a_granted_answer_without_a_stamp_is_refused() -> None:
    bare = authority.bare({"status": "granted"})
    with pytest.raises(NoStamp, match="can't be read"):
        time_stamp.answered(asked(), bare, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stamp_of_another_time_is_refused(minutes: int) -> None:
    query = asked()
    with pytest.raises(NoStamp, match=r"^the stamp says 2026-11-27 08:14 UTC, which is not now$"):
        time_stamp.answered(query, authority.granted(query.der, NOW), NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("usages", "is_critical"),
    [
        ((), True),
        (("CODE_SIGNING",), True),
        (("TIME_STAMPING", "CODE_SIGNING"), True),
        (("TIME_STAMPING",), False),
    ],
)
def test_only_a_certificate_for_time_stamps_alone_may_sign(
    usages: tuple[str, ...], *, is_critical: bool
) -> None:
    query, held = asked(), authority.authority(is_critical=is_critical, usages=usages)
    with pytest.raises(NoStamp, match=r"is not for time stamps alone$"):
        time_stamp.answered(query, authority.granted(query.der, NOW, held), NOW)


@pytest.mark.parametrize("days", [-1, authority.DAYS + 1])
def test_the_certificate_held_at_the_stamps_instant(days: int) -> None:
    query, at = asked(), authority.MADE_AT + timedelta(days=days)
    with pytest.raises(NoStamp, match=r"did not hold at its instant$"):
        time_stamp.answered(query, authority.granted(query.der, at), at)


def test_a_stamp_bent_anywhere_is_refused_or_says_the_same() -> None:
    query = asked()
    stamp = time_stamp.answered(query, authority.granted(query.der, NOW), NOW)
    for place in range(0, len(stamp.token), 7):
        bent = stamp.token[:place] + bytes([stamp.token[place] ^ 1]) + stamp.token[place + 1 :]
        try:
            found = time_stamp.checked(bent, DIGEST)
        except NoStamp:
            continue
        assert (found.authority, found.stamped_at) == (stamp.authority, stamp.stamped_at)


def test_openssl_says_of_a_stamp_what_we_say(tmp_path: Path) -> None:
    query = asked()
    stamp = time_stamp.answered(query, authority.granted(query.der, NOW), NOW)
    report, reply, trusted = tmp_path / "report.pdf", tmp_path / "report.tsr", tmp_path / "authority.pem"
    report.write_bytes(FILE)
    reply.write_bytes(time_stamp.reply(stamp.token))
    trusted.write_bytes(authority.root().pem)
    command = ["openssl", "ts", "-verify", "-in", reply, "-data", report, "-CAfile", trusted]
    held = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (held.returncode, held.stdout) == (0, "Verification: OK\n"), held.stderr
    report.write_bytes(FILE + b"~")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
