"""Rendering: the standard report as a PDF that can be archived and read aloud, beside plain WeasyPrint.

Plain WeasyPrint gets the finished HTML and style sheets, our fonts and our fetcher, and writes a bare PDF: without
tags, archive form or attached files. Each run has a process of its own; importing WeasyPrint is not counted, on
either side.
"""

from collections.abc import Iterator

from measuring import Cost, Figure, alone, medians, ratios, running

TURNS = 5
MOST_TIMES_PLAIN = 1.15
MOST_MB = 250


def figures() -> Iterator[Figure]:
    """Plain WeasyPrint and our report in turn, each in a fresh process."""
    plain, ours = [], []
    for _ in range(TURNS):
        plain.append(alone(print_plainly))
        ours.append(alone(print_report))
    wall, cpu = ratios(ours, plain)
    yield Figure("report of 12 KPIs, 40 sites, processor time beside WeasyPrint's", cpu, MOST_TIMES_PLAIN)
    yield Figure("  its wall time beside WeasyPrint's", wall)
    yield Figure("  its peak memory", medians(ours).peak_mb, MOST_MB, "MB")
    yield Figure("  plain WeasyPrint's", medians(plain).peak_mb, unit="MB")
    yield Figure("  its processor time", medians(ours).cpu_s, unit="s")


def print_report() -> Cost:
    import weasyprint  # noqa: F401

    from sample import make_report
    from xla.documents.pdf import render

    report = make_report()
    with running() as watch:
        render(report)
    return watch.cost


def print_plainly() -> Cost:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from sample import make_report
    from xla.documents.assets import OwnAssets
    from xla.documents.page import compose

    paper = compose(make_report())
    with running() as watch:
        fetcher, fonts = OwnAssets(), FontConfiguration()
        styles = [
            weasyprint.CSS(string=style, url_fetcher=fetcher, font_config=fonts) for style in paper.styles
        ]
        page = weasyprint.HTML(string=paper.html, url_fetcher=fetcher)
        page.write_pdf(stylesheets=styles, font_config=fonts)
    return watch.cost
