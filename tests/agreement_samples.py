"""Agreements for tests: the sample files, and any number of sound ones made up by hypothesis."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from xla.core.agreement import Agreement
from xla.services.agreement_files import parse

FOLDER = Path(__file__).parent / "data" / "agreements"

# Texts that a careless YAML writer or reader turns into something else.
TRICKY = [
    *(
        "no",
        "Yes",
        "null",
        "~",
        "true",
        "1:30",
        "010",
        "0x1F",
        "1e3",
        "-.5",
        ".inf",
        "2014-01-01",
        "<<",
        "=",
        "-",
    ),
    *(
        "- a",
        "a: b",
        "a #b",
        "#",
        "&a",
        "*a",
        "!t",
        "{a",
        "[a",
        "@a",
        "`a",
        "%a",
        "|",
        ">",
        "?",
        "'",
        '"',
        "\\",
        "\\n",
    ),
    *(
        " lead",
        "trail ",
        "\u00a0x",
        "\ufeffx",
        "\ufffex",
        "æøå",
        "日本",
        "😀",
        "a\u0301",
        "\U0010ffff",
        "x" * 200,
    ),
]


def text(name: str) -> str:
    """The text of a sample file."""
    return (FOLDER / name).read_text(encoding="utf-8")


def agreement(name: str) -> Agreement:
    """The agreement of a sample file."""
    return parse(text(f"{name}.yaml"))


MARKS = "abcXYZ åæø09 .,:;-_#'\"\\{}[]&*!|>?%@`~=/<\u00a0\u0301\u3000日😀"
lines = st.sampled_from(TRICKY) | st.text(MARKS, min_size=1, max_size=12).filter(str.strip)
notes = st.sampled_from([*TRICKY, "", "a\n", "\n a\n\nb", "\ta\n\t"]) | lines
keys = st.sampled_from(
    [*"abcdefghij0123456789", "no", "on", "y", "null", "true", "1e3", "010", "2014-01-01", "a-b_c"]
)
days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


def words(texts: st.SearchStrategy[str] = lines) -> st.SearchStrategy[dict[str, str]]:
    """A text in English and perhaps other languages."""
    others = st.dictionaries(st.sampled_from(["sv", "da", "nb", "fi"]), texts, max_size=2)
    return st.tuples(others, texts).map(lambda both: {**both[0], "en": both[1]})


def decimals(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    """Exact decimals with up to three places, some with closing zeros."""
    return st.decimals(lowest, highest, places=3) | st.integers(lowest, highest).map(Decimal)


def keyed(name: str, most: int = 3, least: int = 0) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Parts with a key and words under `name`."""
    part = st.fixed_dictionaries({"key": keys, name: words()})
    return st.lists(part, min_size=least, max_size=most, unique_by=lambda one: one["key"])


@st.composite
def sites(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A tree of sites, at most three levels deep."""
    names = draw(st.lists(keys, max_size=6, unique=True))
    top: list[dict[str, Any]] = []
    levels = [top]
    for name in names:
        site: dict[str, Any] = {"key": name, "title": draw(lines), "sites": []}
        draw(st.sampled_from(levels)).append(site)
        if len(levels) < 3:
            levels.append(site["sites"])
    return top


def all_keys(tree: list[dict[str, Any]]) -> list[str]:
    """The keys of a tree of sites."""
    return [key for site in tree for key in (site["key"], *all_keys(site["sites"]))]


SCALES: list[Any] = ["csat5", "smiley4", "ces7", "nps11", "nki10", {"min": -2, "max": 2}]
METRICS: dict[str, list[str]] = {
    "csat5": ["csat", "share", "mean", "happiness"],
    "smiley4": ["csat", "mean", "happiness"],
    "ces7": ["ces_mean", "ces_agree", "ces_net", "mean"],
    "nps11": ["nps", "enps", "mean"],
    "nki10": ["mean", "nki"],
    "own": ["csat", "mean"],
}


@st.composite
def kpis(draw: st.DrawFn, parts: dict[str, Any]) -> dict[str, Any]:
    """A KPI that refers to what there is."""
    question = draw(st.sampled_from(parts["questions"]))
    name = question["scale"] if isinstance(question["scale"], str) else "own"
    metric = draw(st.sampled_from(METRICS[name]))
    kpi: dict[str, Any] = {"metric": metric, "title": draw(words()), "question": question["key"]}
    peers = [one["key"] for one in parts["questions"] if one["scale"] == question["scale"]]
    if metric == "nki":
        kpi |= {"question": None, "questions": peers} if len(peers) > 1 else {"metric": "mean"}
    if metric == "share":
        kpi["scores"] = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True))
    if metric == "csat":
        kpi["top"] = draw(st.none() | st.integers(1, 3))
    if metric == "happiness" and draw(st.booleans()):
        top = 4 if name == "smiley4" else 5
        kpi["weights"] = {str(score): draw(decimals(0, 100)) for score in range(2, top + 1)} | {
            "1": Decimal(0)
        }
        kpi["weights"][str(top)] = Decimal(100)
    kpi |= draw(thresholds(kpi["metric"], name)) | draw(terms(parts))
    return kpi


@st.composite
def thresholds(draw: st.DrawFn, metric: str, scale: str) -> dict[str, Any]:
    """A target and perhaps a floor within the metric's range."""
    low, high = (1, 4) if metric in {"mean", "ces_mean"} else (0, 100)
    low, high = (-2, 2) if scale == "own" and metric == "mean" else (low, high)
    ends = sorted([draw(decimals(low, high)), draw(decimals(low, high))])
    higher = draw(st.booleans())
    floor, target = ends if higher else reversed(ends)
    return {"target": target, "floor": draw(st.sampled_from([None, floor])), "higher_is_better": higher}


@st.composite
def terms(draw: st.DrawFn, parts: dict[str, Any]) -> dict[str, Any]:
    """What every KPI may say beside its metric."""

    def some(names: list[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []

    return {
        "service": draw(st.sampled_from(parts["services"]))["key"],
        "scope": {
            "sites": some(all_keys(parts["sites"])),
            "touchpoints": some([one["key"] for one in parts["journey"]]),
            "personas": some([one["key"] for one in parts["personas"]]),
        },
        "window": draw(st.just("period") | st.integers(1, 1100).map(lambda count: {"rolling_days": count})),
        "min_responses": draw(st.integers(1, 500)),
        "decision_rule": draw(st.sampled_from(["simple", "guarded_rejection", "guarded_acceptance"])),
        "confidence": draw(st.sampled_from([Decimal("0.8"), Decimal("0.950"), Decimal("0.99")])),
        "cluster": draw(st.sampled_from([None, "respondent"])),
        "weight": draw(decimals(0, 10)) + 1,
        "credit": draw(st.sampled_from([None, {"breached": "2.0", "cap": "6.50"}, {"breached": "0"}])),
    }


def some_key(parts: list[dict[str, Any]]) -> st.SearchStrategy[str | None]:
    """The key of one of them, or none."""
    return st.sampled_from([None, *(one["key"] for one in parts)])


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """A sound agreement of any contents."""
    parts: dict[str, Any] = {
        "sites": draw(sites()),
        "services": draw(keyed("title", least=1)),
        "journey": draw(keyed("title")),
        "personas": draw(keyed("title")),
        "questions": draw(keyed("text", most=4, least=1)),
        "observations": [
            {"key": key, "kind": "rate", "subset": False} for key in draw(st.sets(keys, max_size=2))
        ],
    }
    for question in parts["questions"]:
        question["scale"] = draw(st.sampled_from(SCALES))
        question["reasons"] = [
            reason | {"given_with": draw(st.sampled_from([None, "poor", "good"]))}
            for reason in draw(keyed("text", most=2))
        ]
        question["labels"] = {str(score): draw(words()) for score in draw(st.sets(st.just(1)))}
    names = draw(st.lists(keys, max_size=3, unique=True))
    parts["kpis"] = [{"key": name, **draw(kpis(parts))} for name in names]
    starts_on = draw(days)
    contract = {
        "key": draw(keys),
        "title": draw(lines),
        "client": draw(lines),
        "timezone": draw(st.sampled_from(["UTC", "Europe/Stockholm", "America/Los_Angeles"])),
        "currency": "SEK",
        "starts_on": starts_on,
        "ends_on": draw(st.sampled_from([None, starts_on + timedelta(days=900)])),
        "period": draw(st.sampled_from(["month", "quarter", "year"])),
        "close_after_days": draw(st.integers(0, 90)),
        "monthly_fee": draw(st.decimals(0, 10**9, places=2)),
    }
    since = starts_on + timedelta(days=draw(st.integers(0, 800)))
    head = {"format": "xla-agreement/1", "contract": contract, "effective_from": since, "note": draw(notes)}
    head |= {
        "composite": {"method": draw(st.sampled_from(["weighted", "minimum"]))},
        "traffic": draw(some_key(parts["observations"])),
        "overall": draw(some_key(parts["questions"])),
    }
    return Agreement.model_validate(head | {"promise": draw(words())} | parts)
