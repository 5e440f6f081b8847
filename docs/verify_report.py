"""Computes a report's figures again from its PDF alone. Python 3.11's standard library, nothing else.

    python3 -I -S verify_report.py REPORT.pdf

Exit code 0: every figure that can be computed again is what the report tells. 1: one is not. 2: no report.

What it does, so that it can be read rather than trusted: it takes the attached files out of the PDF; adds up
the counts of ratings-summary.csv into each commitment's value, exactly; compares that with target and floor
by the decision rule; and compares all of it with report.json. Wilson's interval is computed for shares; those
of other metrics are taken from report.json where a decision rule needs them, and marked so. Compare yourself
the SHA-256 it prints with the data seal in the report, and agreement.yaml with the agreement you signed.
"""

import csv
import json
import re
import sys
import zlib
from fractions import Fraction
from hashlib import sha256
from math import isclose, sqrt
from pathlib import Path
from statistics import NormalDist

MOST = 64 << 20  # bytes of all unpacked parts together
NUMBER = re.compile(r"-?\d{1,400}(\.\d{1,400}|/\d{1,400})?")


def exact(text: str) -> Fraction:
    """A figure as it is written; no powers of ten, which could be as large as anybody likes."""
    return Fraction(NUMBER.fullmatch(text)[0])


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files inside: name -> bytes. A file's name stands in an object stream, its contents in a stream."""
    streams, files, left = {}, {}, MOST
    for found in re.finditer(rb"(?<!\d)(\d{1,7}) 0 obj\s{0,4}<<([^\0]{0,2000}?)>>\s{0,4}stream\r?\n", pdf):
        length = re.search(rb"/Length (\d+)(?! \d)", found[2])
        if not length or not re.search(rb"/EmbeddedFile|/ObjStm", found[2]):
            continue
        if found[1] in streams or left <= 0:
            raise ValueError("a part is there twice, or it unpacks to more than any report")
        data = pdf[found.end() : found.end() + int(length[1])]
        if b"/FlateDecode" in found[2]:
            data = zlib.decompressobj().decompress(data, left)
        streams[found[1]], left = data, left - len(data)
    for spec in (spec for data in streams.values() for spec in data.split(b"/Type /Filespec")[1:]):
        name = re.search(rb"/UF \(([a-z.-]{1,99})\)", spec)
        content = re.search(rb"/EF <</F (\d+) 0 R", spec)
        if not name or not content or name[1].decode() in files:
            raise ValueError("what is attached cannot be told")
        files[name[1].decode()] = streams[content[1]]
    return files


def counted(text: str) -> dict[str, dict]:
    """ratings-summary.csv: KPI -> (of, question) -> key -> number."""
    found = {}
    for row in csv.DictReader(text.splitlines()):
        if row["of"] != "hidden":
            sums = found.setdefault(row["kpi"], {}).setdefault((row["of"], row["question"]), {})
            sums[row["key"]] = exact(row["number"])
    return found


def computed(how: dict, sums: dict) -> tuple[int, Fraction | None]:
    """N and the exact value, None where there is none."""
    scores = [counts for (of, _), counts in sums.items() if of == "score"]
    if how["kind"] in ("rate", "amount"):
        observed = sums["observed", ""]
        n, times = int(observed["base"]), 100 if how["kind"] == "rate" else 1
        return n, times * observed["amount"] / observed["base"] if n else None
    if how["kind"] == "index":
        low, high = how["scale"]
        if not all(sum(counts.values()) for counts in scores):
            return int(sums["index", ""]["n"]), None
        means = [sum(int(s) * c for s, c in counts.items()) / sum(counts.values()) for counts in scores]
        return int(sums["index", ""]["n"]), sum(100 * (m - low) / (high - low) for m in means) / len(means)
    n = sum(scores[0].values())
    worth = {score: exact(weight) for score, weight in how["worth"].items()}
    return int(n), sum(worth[score] * count for score, count in scores[0].items()) / n if n else None


def wilson(value: Fraction, n: int, level: float) -> tuple[float, float]:
    """Wilson's score interval of a share in per cent (Wilson 1927)."""
    z, share = NormalDist().inv_cdf(0.5 + level / 2), float(value) / 100
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return 100 * max(0, centre - half), 100 * min(1, centre + half)


def judged(kpi: dict, n: int, value: Fraction | None, low: float | None, high: float | None) -> str:
    """The verdict, by exact comparison; where lower is better, all is mirrored."""
    if n == 0 or value is None:
        return "no_data"
    if n < kpi["min_responses"]:
        return "inconclusive"
    side = 1 if kpi["higher_is_better"] else -1
    floor, target = side * exact(kpi["floor"]), side * exact(kpi["target"])
    worst, best = sorted((side * low, side * high)) if low is not None else (side * value, side * value)
    value = side * value
    if value < floor:
        noise = kpi["decision_rule"] == "guarded_rejection" and best >= floor
        return "inconclusive" if noise else "breached"
    if kpi["decision_rule"] == "guarded_acceptance" and worst < floor:
        return "inconclusive"
    return "met" if value >= target else "at_risk"


def main(path: str) -> int:
    """Print the table; how many commitments differ decides the exit code."""
    files = attached(Path(path).read_bytes())
    report = json.loads(files["report.json"])
    sums, wrong = counted(files["ratings-summary.csv"].decode()), 0
    print(f"{report['contract']['title']}, {report['period']['name']}, issue {report['issue']}")
    print(f"SHA-256 of report.json: {sha256(files['report.json']).hexdigest()}\n")
    print(f"{'commitment':<28}{'n':>9}{'value':>12}{'interval':>20}  verdict")
    for kpi in report["kpis"]:
        key, how = kpi["key"], report["computed"][kpi["key"]]
        if key not in sums:
            print(
                f"{key[:27]:<28}{'too few answers to tell their counts':>41}  {kpi['verdict']} (not checked)"
            )
            continue
        n, value = computed(how, sums[key])
        low, high = kpi["low"], kpi["high"]
        own = how["kind"] == "share" and n > 0 and kpi["design_effect"] is None
        if own:
            low, high = wilson(value, n, float(kpi["confidence"]))
        verdict = judged(kpi, n, value, low, high)
        told = None if value is None else str(value)
        differs = (n, verdict, told) != (kpi["n"], kpi["verdict"], (kpi["value"] or {}).get("exact"))
        for found, end in ((low, kpi["low"]), (high, kpi["high"])) if own else ():
            differs |= not isclose(found, end, abs_tol=1e-6)
        span = "" if low is None else f"{low:.2f} to {high:.2f}{'' if own else '*'}"
        shown = "" if value is None else f"{float(value):.3f}"
        print(f"{key[:27]:<28}{n:>9}{shown:>12}{span:>20}  {verdict}{'  DIFFERS' * differs}")
        wrong += differs
    print("\n* as the report tells it, not computed here")
    print(f"{wrong} commitments differ." if wrong else "All agree with report.json.")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except Exception as problem:  # noqa: BLE001 -- whatever reading a file of another form raises
        print(f"This can't be read as a report: {type(problem).__name__}: {problem}", file=sys.stderr)
        sys.exit(2)
