"""Search: contracts, clients, KPIs and sites a person may see, by words of theirs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xla.core.agreement import Agreement, Language
from xla.models import Client, Contract, Person, Standing
from xla.services.contract_list import holds, wanted
from xla.services.memberships import visible
from xla.services.terms import agreements, latest_version

MOST_CONTRACTS = 50
"""Contracts looked through; the list of contracts shows the rest."""
MOST_HITS = 20
"""Shown of one kind."""


@dataclass(frozen=True)
class Hit:
    """A contract, or a KPI or site of it."""

    contract: str
    """The contract's key."""
    contract_title: str
    client: str
    language: Language
    """The contract's."""
    key: str = ""
    """The KPI's or site's."""
    titles: Mapping[Language, str] | None = None
    """A KPI's, per language."""
    title: str = ""
    """A site's."""


@dataclass(frozen=True)
class Found:
    """What was found, of each kind the first by name."""

    contracts: tuple[Hit, ...] = ()
    clients: tuple[str, ...] = ()
    kpis: tuple[Hit, ...] = ()
    sites: tuple[Hit, ...] = ()
    contract_count: int = 0
    """How many contracts hold the words, themselves or by a KPI or site of theirs."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not (self.contracts or self.clients or self.kpis or self.sites)


def search(session: Session, person: Person, words: str) -> Found:
    """What of the person's contracts holds all the words; nothing for no words. Three queries at most."""
    folded = wanted(words)
    if not folded:
        return Found()
    query = (
        select(Contract.id, latest_version(Contract.id))
        .join(Client)
        .outerjoin(Standing)
        .where(visible(person, Contract.id), holds(words))
    )
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(func.lower(Standing.title), Contract.key).limit(MOST_CONTRACTS))
    whole = agreements(session, {version_id for _, version_id in rows})
    found = sorted(whole.values(), key=lambda each: each.contract.title.casefold())
    clients = {each.contract.client for each in found if _holds(folded, each.contract.client)}
    return Found(
        contracts=_first(hit for each in found for hit in _contract(each, folded)),
        clients=tuple(sorted(clients, key=str.casefold)[:MOST_HITS]),
        kpis=_first(hit for each in found for hit in _kpis(each, folded)),
        sites=_first(hit for each in found for hit in _sites(each, folded)),
        contract_count=count,
    )


def _first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(islice(hits, MOST_HITS))


def _contract(agreement: Agreement, folded: list[str]) -> Iterator[Hit]:
    """The contract where its own words hold them, not only those of its KPIs and sites."""
    terms = agreement.contract
    if _holds(folded, f"{terms.title} {terms.client} {terms.key}"):
        yield Hit(terms.key, terms.title, terms.client, terms.language)


def _kpis(agreement: Agreement, folded: list[str]) -> Iterator[Hit]:
    terms = agreement.contract
    for kpi in agreement.kpis:
        if _names(folded, " ".join(kpi.title.values()), agreement):
            yield Hit(terms.key, terms.title, terms.client, terms.language, kpi.key, kpi.title)


def _sites(agreement: Agreement, folded: list[str]) -> Iterator[Hit]:
    terms = agreement.contract
    for site, _depth, _parent in agreement.walk_sites():
        if _names(folded, site.title, agreement):
            yield Hit(terms.key, terms.title, terms.client, terms.language, site.key, None, site.title)


def _names(folded: list[str], own: str, agreement: Agreement) -> bool:
    """Whether its own words hold one of those wanted, and with the contract's all of them."""
    around = f"{agreement.contract.title} {agreement.contract.client}"
    return any(_holds([word], own) for word in folded) and _holds(folded, f"{own} {around}")


def _holds(folded: list[str], words: str) -> bool:
    told = words.casefold()
    return all(word in told for word in folded)
