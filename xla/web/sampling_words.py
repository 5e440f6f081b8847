"""The words of a sampling note: how a period's ratings came in, in a few sentences, and in its tables."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from babel.dates import get_day_names

from xla.core.agreement import Agreement
from xla.core.flag import DEVICE_DAY, DEVICE_SHORT, USUAL, Flag
from xla.core.sampling import Channel, Coverage, Spread, flagged
from xla.documents.figures import half_up
from xla.services.response_rates import ResponseRate
from xla.services.sampling import CameIn, Sampling
from xla.web.language import figures, lazy, ngettext, said
from xla.web.language import gettext as _
from xla.web.words import in_words, verdict_word

NAMED = 5
"""Sites that are named in a sentence."""
MOST_WEEKDAYS = 3
"""Without any rating, that are named in a sentence: more are no pattern."""
SMALLEST = Fraction(1, 100)
CHANNELS: dict[str, Any] = {
    "": lazy("a way not told"),
    "qr": lazy("QR code"),
    "poster": lazy("poster"),
    "link": lazy("link"),
    "kiosk": lazy("kiosk"),
    "tablet": lazy("tablet"),
    "mail": lazy("e-mail"),
    "mail-signature": lazy("link in a mail’s signature"),
    "paper": lazy("paper"),
    "api": lazy("other systems"),
}
FLAGS: dict[Flag, Any] = {
    Flag.BURST: lazy("Burst from one device"),
    Flag.DEVICE: lazy("Many from one device in a day"),
    Flag.STAFF: lazy("From a staff network"),
    Flag.CLOCK: lazy("From a device with a wrong clock"),
}


def findings(note: Sampling, agreement: Agreement) -> list[str]:
    """What the note says, the most important first; one sentence each."""
    came_in = note.came_in
    if not came_in.n:
        return [_("No response has come in."), *_late(note)]
    return [
        _channels(came_in),
        _coverage(came_in.coverage, agreement),
        *_spread(came_in.spread),
        *_rate(note.rate),
        *_flagged(came_in, agreement),
        *_late(note),
        *_withdrawn(came_in),
    ]


def channel_words(channel: Channel) -> str:
    """One channel's name, or those of several small ones."""
    names = [str(CHANNELS.get(key, key)) for key in channel.keys[:NAMED]]
    rest = len(channel.keys) - len(names)
    if rest:
        names.append(ngettext("%(count)s other way", "%(count)s other ways", rest))
    return said().all_of(names)


def flag_names(n_by_flags: Mapping[str, int]) -> str:
    """Which flags those are, and how many have each."""
    return said().all_of(
        [
            _("%(flag)s (%(count)s)", flag=str(FLAGS[flag]), count=figures().number(n))
            for flag, n in flagged(n_by_flags).items()
        ]
    )


def percent(share: Fraction) -> str:
    """A share of 0..1 in whole percent; what is more than nothing is never 0 %."""
    if 0 < share < SMALLEST:
        return _("under %(share)s", share=figures().percent(half_up(SMALLEST, 2)))
    return figures().percent(half_up(share, 2))


def weekday(number: int) -> str:
    """Monday, being 0, and so on."""
    return str(get_day_names("wide", "stand-alone", figures().locale)[number])


def definition(flag: Flag) -> str:
    """When a rating gets a flag, with the numbers that hold."""
    if flag is Flag.STAFF:
        return _("Given from a network the provider marked as its own staff’s.")
    if flag is Flag.CLOCK:
        return _("A kiosk told a moment that cannot be: it counts as felt when it came in.")
    if flag is Flag.BURST:
        return _(
            "One device gave over %(apart)s more at one rating point within %(minutes)s minutes than all"
            " others on its network together, or over %(most)s.",
            minutes=figures().number(DEVICE_SHORT.minutes),
            apart=figures().number(USUAL[DEVICE_SHORT].apart),
            most=figures().number(USUAL[DEVICE_SHORT].most),
        )
    return _(
        "One device gave over %(apart)s more at one rating point within a day than all others"
        " on its network together, or over %(most)s.",
        apart=figures().number(USUAL[DEVICE_DAY].apart),
        most=figures().number(USUAL[DEVICE_DAY].most),
    )


def _channels(came_in: CameIn) -> str:
    ways = [
        _("%(share)s by %(channel)s", share=percent(each.share), channel=channel_words(each))
        for each in came_in.channels
    ]
    return ngettext(
        "%(count)s response counts: %(ways)s.",
        "%(count)s responses count: %(ways)s.",
        came_in.n,
        ways=said().all_of(ways),
    )


def _coverage(found: Coverage, agreement: Agreement) -> str:
    if not found.silent:
        return ngettext(
            "The one site in scope gave some.", "All %(count)s sites in scope gave some.", found.of
        )
    titles = {site.key: site.title for site, _depth, _parent in agreement.walk_sites()}
    names = [titles[key] for key in found.silent[:NAMED]]
    if rest := len(found.silent) - len(names):
        names.append(ngettext("%(count)s other", "%(count)s others", rest))
    return _(
        "%(covered)s of %(of)s sites in scope gave some; none came from %(names)s.",
        covered=figures().number(found.covered),
        of=figures().number(found.of),
        names=said().all_of(names),
    )


def _spread(found: Spread | None) -> Iterable[str]:
    if found is None:
        return
    never = [weekday(each.weekday) for each in found.weekdays if each.even and not each.n]
    told = {"empty": figures().number(found.empty_count), "days": figures().number(found.day_count)}
    if not found.empty_count:
        yield ngettext(
            "The one day brought some.", "Each of the %(count)s days brought some.", found.day_count
        )
    elif 0 < len(never) <= MOST_WEEKDAYS:
        names = said().all_of(never)
        yield _("%(empty)s of %(days)s days brought none, among them every %(names)s.", **told, names=names)
    else:
        yield _("%(empty)s of %(days)s days brought none.", **told)


def _rate(rate: ResponseRate) -> Iterable[str]:
    if rate.share is not None:
        yield ngettext(
            "Of %(count)s invitation by e-mail, %(answered)s was answered (%(share)s).",
            "Of %(count)s invitations by e-mail, %(answered)s were answered (%(share)s).",
            rate.delivered,
            answered=figures().number(rate.answered),
            share=percent(rate.share),
        )


def _flagged(came_in: CameIn, agreement: Agreement) -> Iterable[str]:
    if not came_in.flagged_count:
        yield _("None of them looks unusual.")
        return
    yield ngettext(
        "%(count)s of %(all)s looks unusual (%(share)s) and counts all the same.",
        "%(count)s of %(all)s look unusual (%(share)s) and count all the same.",
        came_in.flagged_count,
        all=figures().number(came_in.n),
        share=percent(Fraction(came_in.flagged_count, came_in.n)),
    )
    told = [each for each in came_in.unflagged if each.then]
    for each in told:
        if each.then and each.then.verdict is not each.now.verdict:
            yield _(
                "Without them, %(kpi)s would be: %(then)s, instead of: %(now)s.",
                kpi=in_words(each.now.kpi.title, agreement.contract.language),
                then=verdict_word(each.then.verdict),
                now=verdict_word(each.now.verdict),
            )
    if len(told) == len(came_in.unflagged) and _are_the_same(came_in):
        yield _("Without them every verdict would be the same.")


def _are_the_same(came_in: CameIn) -> bool:
    return all(each.then is not None and each.then.verdict is each.now.verdict for each in came_in.unflagged)


def _late(note: Sampling) -> Iterable[str]:
    if note.late_count:
        share = Fraction(note.late_count, note.late_count + note.came_in.n)
        yield ngettext(
            "%(count)s came after the close (%(share)s of all): it is shown, not counted.",
            "%(count)s came after the close (%(share)s of all): they are shown, not counted.",
            note.late_count,
            share=percent(share),
        )


def _withdrawn(came_in: CameIn) -> Sequence[str]:
    found = []
    if came_in.changed_count:
        found.append(
            ngettext(
                "%(count)s was changed or taken back by who gave it.",
                "%(count)s were changed or taken back by who gave them.",
                came_in.changed_count,
            )
        )
    if came_in.taken_back_count:
        found.append(
            ngettext(
                "%(count)s was taken back with its file.",
                "%(count)s were taken back with their file.",
                came_in.taken_back_count,
            )
        )
    return found
