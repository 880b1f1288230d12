"""What is the same in every ODS: the type, the manifest, the styles before the first row.

Styles must be declared before they are used and the rows come as a stream, so all that a cell may
need are declared: each with a twin on red ground for cells that were refused.
"""

from __future__ import annotations

from collections.abc import Iterator

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_NAMESPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)
_DAY = (
    '<number:day number:style="long"/><number:text>.</number:text>'
    '<number:month number:style="long"/><number:text>.</number:text>'
    '<number:year number:style="long"/>'
)
_CLOCK = (
    '<number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/><number:text>:</number:text>'
    '<number:seconds number:style="long"/>'
)
_RED = '<style:table-cell-properties fo:background-color="#ffd9d9"/>'


def _number(places: int, digits: int) -> str:
    return (
        f'<number:number number:decimal-places="{places}"'
        f' number:min-decimal-places="{places}" number:min-integer-digits="{digits}"/>'
    )


def _formats() -> Iterator[tuple[str, str, str]]:
    """(name of the cell style, element of the data style, its content)."""
    yield "text", "text-style", "<number:text-content/>"
    yield "date", "date-style", _DAY
    yield "moment", "date-style", f"{_DAY}<number:text> </number:text>{_CLOCK}"
    yield "time", "time-style", _CLOCK
    yield "plain", "boolean-style", "<number:boolean/>"
    for places in range(11):
        yield f"places{places}", "number-style", _number(places, 1)
    for digits in range(1, 21):
        yield f"shown{digits}", "number-style", _number(0, digits)


def _styles() -> Iterator[str]:
    for name, element, content in _formats():
        yield f'<number:{element} style:name="as-{name}">{content}</number:{element}>'
        family = f'style:family="table-cell" style:data-style-name="as-{name}"'
        yield f'<style:style style:name="{name}" {family}/>'
        yield f'<style:style style:name="{name}-red" {family}>{_RED}</style:style>'
    yield (
        '<style:style style:name="head" style:family="table-cell" style:data-style-name="as-text">'
        '<style:table-cell-properties fo:border-bottom="0.5pt solid #000000"/>'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    yield (
        '<style:style style:name="wide" style:family="table-column">'
        '<style:table-column-properties style:column-width="3.5cm"/></style:style>'
    )


CONTENT_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<office:document-content{_NAMESPACES} office:version="1.3">'
    f"<office:automatic-styles>{''.join(_styles())}</office:automatic-styles>"
    "<office:body><office:spreadsheet>"
)
CONTENT_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
