"""What the file says of itself: PDF/A-3a and PDF/UA-1 at once, where WeasyPrint 70 knows of one at a time.

PDF/UA-1 (ISO 14289-1, clause 5) wants its number in the metadata; PDF/A-3 (ISO 19005-3, clause 6.6.2.3) wants
every name it does not know itself described beside it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

UA = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)
END = b"</rdf:RDF>"


def claim_both(document: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Have a rendered document's metadata name PDF/UA-1 too, in the one `rdf:RDF` there is."""
    document.metadata.generate_rdf_metadata = _with_ua(document.metadata.generate_rdf_metadata)


def _with_ua(generate: Callable[..., bytes]) -> Callable[..., bytes]:
    @wraps(generate)
    def both(*args: Any, **named: Any) -> bytes:  # noqa: ANN401 - whatever WeasyPrint passes
        return generate(*args, **named).replace(END, UA + END)

    return both
