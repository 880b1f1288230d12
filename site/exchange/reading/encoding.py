"""Which encoding a text file is in: BOM, NUL pattern, strict UTF-8, then likeness and letters.

Measured on synthetic lists (research 1.3): charset-normalizer alone reads DOS files (cp850) as
cp852 and misses ISO-8859-15; counting whether the letters make sense decides between these, and
charset-normalizer decides between Western and Eastern European letters.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from exchange.refusals import NotDecodable, NulBytes

CHUNK = 256 * 1024
SAMPLE = 64 * 1024

# codec → what the person reads. The order breaks ties: what Windows writes comes first.
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
    "cp850": "CP850 (DOS)",
    "mac-roman": "Mac Roman",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
}
_SINGLE_BYTE = ("cp1252", "iso8859-15", "cp850", "mac-roman", "cp1250", "cp1251")
_CODECS_OF_LIBRARY = {codecs.lookup(name).name: name for name in _SINGLE_BYTE}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GERMAN = frozenset("äöüÄÖÜß")
_EXPECTED = frozenset("€§°²³–„“”‚‘’·…«»") | frozenset(
    "éèêáàâçñóòôíìîúùûÉÈÁÀÇÑÓÍÚăîșțşţĂÎȘȚŞŢąćęłńśźżĄĆĘŁŃŚŹŻőűŐŰčěřšůýžČĚŘŠŮÝŽ"
)


@dataclass(frozen=True)
class Encoding:
    """`bom`: how many bytes to skip is the codec's business; it only matters to what is shown."""

    codec: str
    bom: bool = False

    @property
    def label(self) -> str:
        return ENCODINGS[self.codec] + (" mit BOM" if self.bom else "")


def detect(path: Path) -> Encoding:
    """The encoding of the whole file. Raises NulBytes for what is no text."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return _checked(path, Encoding(codec, bom=True))
    if wide := _utf16_pattern(head):
        return _checked(path, Encoding(wide))
    _refuse_nul(path)
    if _decodes(path, "utf-8"):
        return Encoding("utf-8-sig")
    return Encoding(_single_byte(path))


def chosen(path: Path, codec: str) -> Encoding:
    """The encoding the person chose, if the file can be read with it."""
    if not codec.startswith("utf-16"):
        _refuse_nul(path)
    return _checked(path, Encoding(codec))


def _checked(path: Path, encoding: Encoding) -> Encoding:
    if not _decodes(path, encoding.codec):
        raise NotDecodable(encoding.label, _first_bad_line(path, encoding.codec))
    if encoding.codec.startswith("utf-16"):  # elsewhere, NUL is a byte and was refused as such
        _refuse_nul_letters(path, encoding.codec)
    return encoding


def _utf16_pattern(head: bytes) -> str:
    """UTF-16 without BOM: every second byte of Latin text is NUL."""
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _refuse_nul(path: Path) -> None:
    line = 1
    for chunk in _chunks(path):
        at = chunk.find(b"\0")
        if at >= 0:
            raise NulBytes(line + chunk.count(b"\n", 0, at))
        line += chunk.count(b"\n")


def _refuse_nul_letters(path: Path, codec: str) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        at = text.find("\0")
        if at >= 0:
            raise NulBytes(line + text.count("\n", 0, at))
        line += text.count("\n")


def _decodes(path: Path, codec: str) -> bool:
    return _first_bad_line(path, codec) is None


def _first_bad_line(path: Path, codec: str) -> int | None:
    """The line with the first byte that does not decode; None when all do."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    try:
        for chunk in _chunks(path):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    return None


def _sample(path: Path) -> bytes:
    """Lines that hold more than ASCII: only they tell one single-byte encoding from another."""
    sample = bytearray()
    with path.open("rb") as file:
        while len(sample) < SAMPLE and (line := file.readline(SAMPLE)):
            if not line.isascii():
                sample += line
    return bytes(sample[:SAMPLE])


def _single_byte(path: Path) -> str:
    sample = _sample(path)
    guess = from_bytes(sample, cp_isolation=list(_SINGLE_BYTE)).best()
    favourite = _CODECS_OF_LIBRARY.get(codecs.lookup(guess.encoding).name) if guess else None
    scores: dict[str, float] = {}
    texts: set[str] = set()
    for codec in _SINGLE_BYTE:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        if text in texts:
            continue  # the same letters as under a more usual name
        texts.add(text)
        scores[codec] = letter_score(text) + (0.5 if codec == favourite else 0)
    for codec in sorted(scores, key=lambda c: -scores[c]):
        if _decodes(path, codec):
            return codec
    raise NotDecodable("Windows-1252", _first_bad_line(path, "cp1252"))


def letter_score(text: str) -> float:
    """How far the letters beyond ASCII make sense: per such letter, from −5 to +3."""
    total = 0.0
    count = 0
    for index, char in enumerate(text):
        if char < "\x80":
            continue
        count += 1
        total += _letter(char, text[index - 1 : index], text[index + 1 : index + 2])
    return total / count if count else 0.0


def _letter(char: str, before: str, after: str) -> float:
    category = unicodedata.category(char)
    if category.startswith("C"):
        return -5
    if category == "Lu" and before.islower():
        return -3
    if "\u0400" <= char <= "\u04ff":
        return _cyrillic(before, after)
    if char in _GERMAN:
        return 3
    if char in _EXPECTED:
        return 1 if category.startswith("L") or not (before.isalpha() and after.isalpha()) else -2
    return -2


def _cyrillic(before: str, after: str) -> float:
    """A Cyrillic letter between Latin ones is a misread umlaut."""
    latin = [c for c in (before, after) if c.isalpha() and c.isascii()]
    return -4 if latin else 2
