"""Whatever is uploaded: a plan or a refusal in German, never an error, and nothing is written."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buildings.models import Building
from exchange import actions, planning
from exchange.reading.opening import Choices
from exchange.refusals import EmptyFile
from history.actor import Source, System, acting_as
from tests.cast import Cast
from tests.exchange.conftest import FIXTURES

pytestmark = pytest.mark.django_db

#: The database is one transaction for all examples; each takes its own run with it.
IN_ONE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
DELIMITERS = [";", ",", "\t", "|"]


@pytest.fixture
def actor(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # It tidies the memory of a long-lived worker before and after each plan: half a second each.
    monkeypatch.setattr(planning, "settled", nullcontext)
    with acting_as(System("Test"), source=Source.COMMAND, because="Prüfung"):
        yield


def answered(content: bytes, choices: Choices = Choices()) -> None:  # noqa: B008
    """Upload and plan. Whatever comes of it, it is said in German."""
    who = System("Test")
    file = ContentFile(content, "x.csv")
    if not content:
        with pytest.raises(EmptyFile):
            actions.upload(model=Building, who=who, name="x.csv", content=file)
        return
    run = actions.upload(model=Building, who=who, name="x.csv", content=file, choices=choices)
    actions.move(run, "plan")
    planning.plan(run)
    if run.state == "failed":
        assert run.message.endswith((".", "?")), run.message
        assert "unerwarteter Fehler" not in run.message
        assert not run.rows.exists()
    else:
        assert run.state == "planned"
        assert sum(run.counts.values()) == run.total == run.rows.count()
        assert all(error["message"] for row in run.rows.all() for error in row.errors)
    assert not Building.objects.exists()
    run.file.delete(save=False)


@settings(max_examples=150, deadline=None, suppress_health_check=IN_ONE)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_answered(actor: None, content: bytes) -> None:
    answered(content)


@settings(max_examples=60, deadline=None, suppress_health_check=IN_ONE)
@given(
    content=st.binary(min_size=1, max_size=300),
    encoding=st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp850", "cp1251"]),
    delimiter=st.sampled_from(["", *DELIMITERS]),
)
def test_any_bytes_below_headings_are_answered_in_any_encoding_chosen(
    actor: None, content: bytes, encoding: str, delimiter: str
) -> None:
    head = "Straße;Hausnr.;PLZ;Ort\r\n".replace(";", delimiter or ";")
    if encoding == "cp1251":
        head = head.replace("ß", "ss")
    answered(head.encode(encoding) + content, Choices(encoding=encoding, delimiter=delimiter))


#: Quotes, delimiters and line ends in every order, and the cells that mean something to us.
ODDITIES = st.lists(
    st.sampled_from(
        ['"', '""', ";", ",", "\t", "|", "\r", "\n", "\r\n", "\x0b", "\x85", "\u2028", " ", "'"]
        + ["=", '="06667"', "<leer>", "» ", "sep=;", "\ufeff", "\x00", "\ufffd", "ä", "x", "12"]
        + ["06667", "31.02.2026", "00.00.1987", "1.234", "1e5", "-", "\\", "\x1a", "\ud83d\ude00"]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=200, deadline=None, suppress_health_check=IN_ONE)
@given(rows=ODDITIES, before=ODDITIES, codec=st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_every_oddity_of_quotes_and_line_ends_is_answered(
    actor: None, rows: str, before: str, codec: str
) -> None:
    text = f"{before}\nStraße;Hausnr.;PLZ;Ort;Geschosse;Stand\nWeg;1;06667;Ort;2;1.2.26\n{rows}"
    answered(text.encode(codec, errors="replace"))


@settings(max_examples=60, deadline=None, suppress_health_check=IN_ONE)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=20
    ),
    cut=st.integers(0, 3_000),
)
def test_a_partners_list_with_broken_bytes_is_answered(
    actor: None, places: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray((FIXTURES / "gebaeude.csv").read_bytes())
    for place, byte in places:
        content[place % len(content)] = byte
    answered(bytes(content[: len(content) - cut % len(content)]))


# Workbooks ----------------------------------------------------------------------------------------


@cache
def workbook(kind: str) -> bytes:
    """A small real workbook of either format."""
    if kind == "xlsx":
        return (FIXTURES / "gebaeude.xlsx").read_bytes()
    return (Path(__file__).parent / "files" / "gebaeude.ods").read_bytes()


def repacked(content: bytes, part: str, change: bytes, at: int) -> bytes:
    """The archive with some bytes of one part overwritten: sound as a ZIP, broken inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part and data:
                at %= len(data)
                data = data[:at] + change + data[at + len(change) :]
            new.writestr(name, data)
    return out.getvalue()


@settings(max_examples=12, deadline=None, suppress_health_check=IN_ONE)
@given(kind=st.sampled_from(["xlsx", "ods"]), seed=st.integers(0, 2**32))
def test_a_workbook_with_broken_bytes_is_answered(actor: None, kind: str, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(workbook(kind))
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    answered(bytes(content))


@settings(max_examples=12, deadline=None, suppress_health_check=IN_ONE)
@given(
    kind=st.sampled_from(["xlsx", "ods"]),
    seed=st.integers(0, 2**32),
    change=st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from(
            [b"<", b">", b'"', b"&#0;", b'r="A0"', b't="e"', b"-9999999", b"<!DOCTYPE a>"]
        ),
    ),
)
def test_a_workbook_with_broken_xml_is_answered(
    actor: None, kind: str, seed: int, change: bytes
) -> None:
    content = workbook(kind)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [n for n in archive.namelist() if n.endswith((".xml", ".rels"))]
    chance = random.Random(seed)
    answered(repacked(content, chance.choice(parts), change, chance.randrange(10**6)))
