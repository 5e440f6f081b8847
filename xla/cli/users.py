"""`xla users`: people, and the links with which they come in."""

import click
from sqlalchemy.orm import Session

from xla import clock
from xla.cli.context import Context, fail, json_option, pass_context, print_json
from xla.core.agreement import LANGUAGES, Language
from xla.core.role import Role
from xla.models import Person
from xla.services import audit, people, roster, tickets, welcome
from xla.services.agreements import contract_of
from xla.services.roster import Terms
from xla.services.tickets import Issued, Kind


@click.group()
def users() -> None:
    """People who may sign in."""


@users.command()
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--name", help="What they are called; the address when left out.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--contract", "contracts", multiple=True, metavar="KEY", help="May be given more than once.")
@json_option
@pass_context
def add(  # noqa: PLR0913, PLR0917 -- one a parameter of the command
    context: Context,
    email: str,
    role: str,
    name: str | None,
    language: Language,
    contracts: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Add the person with the address EMAIL and print the link with which they choose a password."""
    now = clock.now()
    with context.transaction() as session:
        known = frozenset(contract_of(session, key).id for key in contracts)
        terms = Terms(name or email, Role(role), known)
        person, issued = roster.invite(session, None, email, terms, language=language, now=now)
    _tell(context, person, "invitation", issued, as_json=as_json)


@users.command()
@click.argument("email")
@json_option
@pass_context
def link(context: Context, email: str, *, as_json: bool) -> None:
    """Print a new link with which the person with the address EMAIL chooses a password."""
    now = clock.now()
    with context.transaction() as session:
        person = _known(session, email)
        kind, issued = welcome.link_for(session, person, now)
        audit.note(session, None, f"person.link_{kind}", subject=person.name, now=now)
    _tell(context, person, kind, issued, as_json=as_json)


def _known(session: Session, email: str) -> Person:
    person = people.by_email(session, email)
    if person is None:
        fail(f"there is nobody with the address {email}; `xla users add` makes somebody")
    if person.disabled_at is not None:
        fail(f"{person.email} is switched off; an admin lets them in again on the page of the person")
    return person


def _tell(context: Context, person: Person, kind: Kind, issued: Issued, *, as_json: bool) -> None:
    address = tickets.address(context.settings.base_url, kind, issued.token)
    until = issued.ticket.expires_at
    if as_json:
        print_json({"email": person.email, "role": person.role, "link": address, "until": until.isoformat()})
        return
    click.echo(
        f"{person.email}, {person.role}: this link, which counts once and until {until:%Y-%m-%d %H:%M} UTC,"
    )
    click.echo(f"lets them choose a password:\n{address}")
