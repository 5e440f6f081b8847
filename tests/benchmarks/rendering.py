"""Rendering: the standard report, beside plain WeasyPrint.

Plain WeasyPrint gets the finished HTML and style sheets, our fonts and our fetcher, and writes a PDF of the same
kind (PDF/A-3a), without attached files. How much more than a bare PDF it is, without tags and archive form, is told
too. Each run has a process of its own; importing WeasyPrint is not counted, on either side.
"""

from collections.abc import Iterator

from measuring import Cost, Figure, alone, medians, ratios, running

TURNS = 5
KIND = "pdf/a-3a"
MOST_TIMES_PLAIN = 1.15
MOST_MB = 250


def figures() -> Iterator[Figure]:
    """The report and both plain runs in turn, each in a fresh process."""
    ours, plain, bare = [], [], []
    for _ in range(TURNS):
        ours.append(alone(print_report))
        plain.append(alone(print_plainly, KIND))
        bare.append(alone(print_plainly, None))
    _, cpu = ratios(ours, plain)
    yield Figure("report of 12 KPIs, 40 sites, processor time beside WeasyPrint's", cpu, MOST_TIMES_PLAIN)
    yield Figure("  its peak memory", medians(ours).peak_mb, MOST_MB, "MB")
    yield Figure("  its processor time beside a bare PDF's", ratios(ours, bare)[1])
    yield Figure("  its processor time", medians(ours).cpu_s, unit="s")
    yield Figure("  WeasyPrint's", medians(plain).cpu_s, unit="s")


def print_report() -> Cost:
    import weasyprint  # noqa: F401 -- so that it is not counted
    from sample import make_report

    from xla.documents.pdf import render

    report = make_report()
    with running() as watch:
        render(report)
    return watch.cost


def print_plainly(kind: str | None) -> Cost:
    import weasyprint
    from sample import make_report
    from weasyprint.text.fonts import FontConfiguration

    from xla.documents.assets import OwnAssets
    from xla.documents.page import compose

    paper = compose(make_report())
    with running() as watch:
        fetcher, fonts = OwnAssets(), FontConfiguration()
        styles = [
            weasyprint.CSS(string=style, url_fetcher=fetcher, font_config=fonts) for style in paper.styles
        ]
        page = weasyprint.HTML(string=paper.html, url_fetcher=fetcher)
        page.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant=kind)
    return watch.cost
