"""The report's sample: where a period's answers came from, what was left out, and whether it matters."""

from dataclasses import replace

from xla.documents.report_data import ReportData
from xla.services.outages import found_outages
from xla.services.report_sampling import arrived, sampling_part
from xla.services.report_subject import Subject
from xla.services.report_what_ifs import Published, exclusion_lines, what_ifs
from xla.services.traffic import passages


def with_sample(data: ReportData, published: Published, subject: Subject) -> ReportData:
    """The report with the parts on its sample.

    An addendum's report has no what-ifs: beside those of the report it corrects, they could tell of fewer
    than five answers. One of the past, as known at an instant, supposes nothing of what came late.
    """
    known, known_at = published.known, published.known_at
    came = arrived(known, known_at)
    outages = found_outages(known, known_at)
    told = sampling_part(
        published.contract,
        known,
        came,
        outages=outages,
        traffic=passages(known),
        is_closed=not data.is_draft,
        known_at=known_at,
        now=published.knowing.moment.now,
    )
    exclusions = exclusion_lines(published, came.excluded, is_measured=subject.addendum is None)
    if not told.received and not told.late:
        return replace(data, exclusions=exclusions)
    supposed = None
    if subject.addendum is None:
        sites = tuple(dict.fromkeys(each.site for each in outages))
        has_late = told.late > 0 and subject.shown_at is None
        supposed = what_ifs(published, outage_sites=sites, has_late=has_late, has_flagged=told.flagged > 0)
    return replace(data, sampling=told, what_ifs=supposed, exclusions=exclusions)
