"""A real survey through the whole product: three years of an airport, as others worked them out."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import make
from databases import Databases
from xla import database
from xla.core.outcome import Outcome
from xla.core.window import parse_period
from xla.services.agreements import contract_of
from xla.services.evaluations import evaluate
from xla.services.imports import import_ratings
from xla.services.mappings import Mapping as Renamed
from xla.services.verification import verify

TESTS = Path(__file__).parent.parent
RATINGS = TESTS / "data" / "airport_ratings_2014_2016.csv.gz"
EXPECTED = json.loads((TESTS / "core" / "data" / "airport_expected_2014_2016.json").read_text())["ratings"]
PLACES = sorted({(row["area"], row["dimension"]) for row in EXPECTED})
NOW = datetime(2017, 1, 15, tzinfo=UTC)


def airport() -> Any:
    def kpi(area: str, dimension: str, metric: str, target: int) -> dict[str, Any]:
        scope = {} if area == "ALL" else {"scope": {"sites": [area.lower()]}}
        key = f"{metric}-{area}-{dimension}".lower().replace("_", "-")
        return {"key": key, "question": dimension, "metric": metric, "target": target, "floor": 1} | scope

    areas = sorted({area for area, _ in PLACES} - {"ALL"})
    dimensions = sorted({dimension for _, dimension in PLACES})
    return make.agreement(
        contract={
            "key": "airport",
            "timezone": "America/Los_Angeles",
            "starts_on": "2014-01-01",
            "ends_on": None,
            "period": "year",
        },
        effective_from="2014-01-01",
        sites=[{"key": area.lower(), "title": area, "sites": []} for area in areas],
        questions=[{"key": key, "scale": "csat5", "text": {"en": key}} for key in dimensions],
        observations=[],
        kpis=[kpi(*place, metric, 4) for place in PLACES for metric in ("csat", "mean")],
    )


@pytest.fixture(scope="module")
def outcomes(databases: Databases, template_url: str) -> Iterator[Mapping[int, Outcome]]:
    """The survey imported once into a database of this module's own, each year evaluated."""
    url = databases.copy(template_url)
    engine = database.connect(url)
    with database.transaction(engine) as session:
        contract = make.contract(session, airport(), NOW)
        imported = import_ratings(
            session, contract, RATINGS, mapping=Renamed(columns={"area": "site"}), now=NOW
        )
        assert (imported.rows, imported.accepted) == (74008, 74008)
    with database.reading(engine) as session:
        contract = contract_of(session, "airport")
        assert verify(session, NOW) == []
        yield {
            year: evaluate(session, contract, parse_period(str(year)), now=NOW) for year in (2014, 2015, 2016)
        }
    engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['year']}-{row['area']}-{row['dimension']}")
def test_every_figure_of_the_survey_comes_out(outcomes: Mapping[int, Outcome], row: dict[str, Any]) -> None:
    outcome = outcomes[row["year"]]
    place = f"{row['area']}-{row['dimension']}".lower().replace("_", "-")
    csat, mean = outcome.kpi(f"csat-{place}").measurement, outcome.kpi(f"mean-{place}").measurement
    points = {part.kpi: part.points for part in outcome.parts}
    assert csat.n == mean.n == row["n"]
    assert csat.counts == mean.counts == {int(score): n for score, n in row["hist"].items()}
    figures = (csat.value, csat.low, csat.high, mean.value, mean.low, mean.high, points[f"mean-{place}"])
    expected = (
        row["csat_top2_pct"], *row["top2_wilson95"], row["mean"], *row["mean_t_ci95"], row["index_0_100"]
    )  # fmt: skip
    assert figures == pytest.approx(expected, abs=1e-8)


def test_no_figure_is_missing() -> None:
    assert len(EXPECTED) == 93
