"""The report, from plain values to charts, HTML and PDF."""
