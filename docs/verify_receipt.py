"""Check the receipt of a rating (`receipt-CODE.json`) without the software that made it.

    python3 verify_receipt.py receipt-CODE.json [CHAIN]

CHAIN is a chain's hash that you noted, or that a report prints: then what was received must be sealed in it.
Needs Python 3.10 and nothing else; ends with 0 where all adds up, else with 1. The scheme: see evidence.md.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path


def need(is_so: object, what: str) -> None:
    """Go on only where it is so."""
    if not is_so:
        sys.exit(f"NOT PROVED: {what}.")


def hashed(*parts: bytes) -> bytes:
    """SHA-256 of all parts."""
    return sha256(b"".join(parts)).digest()


def opened(told: dict) -> bytes:
    """The 64 bytes a row is committed to, made anew from what the receipt tells of it."""
    return hashed(bytes.fromhex(told["salt"]), told["row"].encode()) + bytes.fromhex(told["text"])


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Where the path leads (RFC 9162, section 2.1.3.2)."""
    need(0 <= index < size, "there is no such leaf")
    found, last = hashed(b"\0", leaf), size - 1
    while last:
        if index % 2 or index < last:
            need(path, "the path is too short")
            beside = path.pop(0)
            found = hashed(b"\1", beside, found) if index % 2 else hashed(b"\1", found, beside)
        index, last = index // 2, last // 2
    need(not path, "the path is too long")
    return found


def check(what: str, told: dict, leaf: bytes, roots: dict) -> None:
    """Check one leaf against the root of its day, and say where it is."""
    at = told["sealed"] or sys.exit(f"NOT PROVED: {what} is not sealed yet.")
    need(bytes.fromhex(at["leaf"]) == leaf, f"the leaf of what was {what} is another")
    root = root_of(leaf, at["index"], at["size"], [bytes.fromhex(each) for each in at["path"]])
    need(at["day"] in roots, f"what was {what} is of a day outside that chain")
    need(root.hex() == at["root"] == roots[at["day"]], f"the path of what was {what} leads elsewhere")
    print(f"{what}: leaf {at['index'] + 1} of {at['size']}, sealed with the day {at['day']}")


def main(file: str, expected: str = "") -> None:
    """Check the chain, then each leaf; back from how the row stands to how it was received."""
    receipt = json.loads(Path(file).read_text("utf-8"))
    need(receipt["scheme"] == "xla-seal/1", "this is another scheme")
    every, noted, chain = {}, {}, receipt["chain"]["before"]
    for day, root, chained in receipt["chain"]["days"]:
        chain = hashed(bytes.fromhex(chain), bytes.fromhex(root), day.encode()).hex()
        need(chain == chained and day > max(every, default=""), f"the chain breaks at {day}")
        every[day] = root
        noted = dict(every) if chain == expected else noted
    need(noted or not expected, "the chain does not hold the hash you gave")
    row, stands = json.loads(receipt["response"]["row"]), opened(receipt["response"])
    for told in reversed(receipt["amendments"]):
        kind, _number, _at, response, was, after = json.loads(told["row"])
        is_of_it = (kind, response, after) == ("amendment", row[1], stands.hex())
        need(is_of_it, "an amendment is of another row")
        check("amended", told, opened(told), every)
        stands = bytes.fromhex(was)
    need(row[0] == "response", "this is no rating")
    check("received", receipt["response"], stands, noted or every)
    if told := receipt["withdrawal"]:
        need(json.loads(told["row"])[:2] == ["withdrawal", row[1]], "something else was taken back")
        check("taken back", told, opened(told), every)
    print(f"PROVED: {receipt['response']['row']}\nChain up to {max(every)}: {chain}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as problem:  # noqa: BLE001 -- whatever reading a file of another form raises
        sys.exit(f"NOT PROVED: this can't be read as a receipt: {type(problem).__name__}: {problem}.")
