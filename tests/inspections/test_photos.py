"""Photos: nothing but pixels is kept, nothing but photos is taken, nobody else looks at them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from history.models import AccessEvent
from inspections.actions import add_photo
from inspections.models import FindingPhoto
from inspections.photos import LONGEST_EDGE, MAX_BYTES, redrawn
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.inspections.conftest import item
from tests.pages.test_images import assert_bare, photo

pytestmark = pytest.mark.django_db


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """A PNG of some hundred bytes that says it is `side` × `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_position_comment_and_profile_do_not_reach_the_disk(visit, kind):
    kept = add_photo(inspection=visit, file=ContentFile(photo(kind), name="x.jpg"), item=item(3))
    with kept.file.open("rb") as stored:
        data = stored.read()
    picture = assert_bare(data)
    assert picture.size == (kept.width, kept.height) == (40, 60), "turned upright"
    assert (kept.size, kept.number) == (len(data), 1)
    assert kept.file.name.startswith("photos/")
    assert "x" not in kept.file.name.rpartition("/")[2][32:].removesuffix("jpg")


def test_bytes_behind_the_picture_are_not_kept(visit, picture):
    tail = b"<script>alert(1)</script>"
    kept = add_photo(
        inspection=visit, file=ContentFile(picture().read() + tail, name="polyglot.jpg")
    )
    with kept.file.open("rb") as stored:
        assert tail not in stored.read()


def test_a_large_photo_is_drawn_smaller(picture):
    drawn = redrawn(picture(size=(4000, 2000)))
    assert (drawn.width, drawn.height) == (LONGEST_EDGE, LONGEST_EDGE // 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<!doctype html><script>alert(1)</script>", "kein Foto, das hier gelesen werden kann"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kein Foto, das hier gelesen werden kann"),
        (b"GIF89a" + b"\0" * 40, "kein Foto, das hier gelesen werden kann"),
        (bomb(7_000), "mehr als 40 Millionen Bildpunkte"),
        (bomb(60_000), "kein Foto, das hier gelesen werden kann"),
        (photo()[:900], "beschädigt oder unvollständig"),
        (b"\xff\xd8" + b"\0" * MAX_BYTES, "größer als 10 MB"),
        (b"", "kein Foto"),
    ],
    ids=["html", "svg", "gif", "49 million pixels", "bomb", "cut off", "11 MB", "empty"],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(visit, content, told):
    with pytest.raises(ValidationError, match=told):
        add_photo(inspection=visit, file=ContentFile(content, name="IMG_1.jpg"))
    assert not FindingPhoto.objects.exists()


def test_a_photo_is_sent_from_the_sheet_and_seen_by_who_may(cast, visit, picture):
    client = signed_in(cast, "inspection")
    upload = SimpleUploadedFile("../../bad name.jpg", picture().read(), "text/html")
    answer = client.post(
        page(visit, "photo"),
        {"file": upload, "item": item(3).pk, "caption": "Fensterlaibung"},
        headers={"accept": "application/json"},
    )
    assert (answer.status_code, answer.json()) == (201, {"number": 1})
    kept = FindingPhoto.objects.get()
    assert (kept.item, kept.caption) == (item(3), "Fensterlaibung")

    shown = client.get(page(kept, "file"))
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]
    assert Pillow.open(BytesIO(b"".join(shown.streaming_content))).format == "JPEG"
    read = AccessEvent.objects.filter(collection="inspections.findingphoto", action="download")
    assert [event.object_pk for event in read] == [kept.pk]
    for role in ("clearing", "guest", "data_office"):
        assert signed_in(cast, role).get(page(kept, "file")).status_code == 404


def test_without_a_script_the_refusal_stands_in_the_form(cast, visit):
    upload = SimpleUploadedFile("foto.jpg", b"<html>", "image/jpeg")
    answer = signed_in(cast, "inspection").post(page(visit, "photo"), {"file": upload})
    assert answer.status_code == 422
    assert "kein Foto, das hier gelesen werden kann" in body_of(answer)


def test_a_photo_is_tied_to_an_item_of_the_inspections_own_checklist(cast, visit, picture):
    visit.template = None
    visit.save()
    answer = signed_in(cast, "inspection").post(
        page(visit, "photo"), {"file": picture(), "item": item(3).pk}
    )
    assert answer.status_code == 422
    assert not FindingPhoto.objects.exists()
