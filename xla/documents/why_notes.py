"""What the method says of levels at sites, of mix and real effect, and of drivers."""

from xla.core.driver import RESAMPLES
from xla.documents.figures import Figures
from xla.documents.report_data import ReportData
from xla.documents.words import Words


def method_notes(data: ReportData) -> tuple[tuple[str, str], ...]:
    """What the method says of these figures; only where they are printed."""
    words = Words(data.language)
    notes = []
    if data.sites:
        notes.append(
            (
                words("Levels at sites"),
                words(
                    "A site is clearly worse than the floor where its whole interval is. "
                    "Fewer answers than a verdict needs show their number only."
                ),
            )
        )
    if data.why and data.why.mix:
        notes.append(
            (
                words("Mix and real effect"),
                words(
                    "Real effect: for each site its mean share of the answers times the change of its value, "
                    "summed. Mix effect: the rest of the change. Sites too small to be shown are taken "
                    "together (Kitagawa 1955)."
                ),
            )
        )
    if data.why and data.why.drivers:
        notes.append(
            (
                words("Drivers of an overall score"),
                words(
                    "What each question adds to R², averaged over all orders of adding them (LMG, "
                    "Shapley: Lindeman, Merenda and Gold 1980; Grömping 2007), as a share of R². Intervals: "
                    "%(times)s resamples of the responses. It tells what goes together, not what causes what."
                )
                % {"times": Figures(data.language).number(RESAMPLES)},
            )
        )
    return tuple(notes)
