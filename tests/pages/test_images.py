"""Doors: every way a picture gets into the portal's library."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageCms
from wagtail.images import get_image_model
from wagtail.models import Collection

from access.models import User
from pages.models import PortalImage
from pages.models.images import without_metadata

GPS, ORIENTATION = 0x8825, 0x0112
SECRET = b"Musterstrasse 7, zweiter Stock"


def photo(fmt: str = "JPEG", orientation: int = 6, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture as a telephone makes it: turned, with position, comment and profile."""
    picture = Pillow.new("RGB", size, "#a03020")
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 12.0, 1.5), 3: "E", 4: (11.0, 58.0, 2.5)})
    target = BytesIO()
    options: dict[str, Any] = {"exif": exif}
    if fmt == "JPEG":
        options["comment"] = SECRET
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture.save(target, fmt, icc_profile=profile.tobytes(), **options)
    return target.getvalue()


def assert_bare(data: bytes) -> Pillow.Image:
    assert SECRET not in data
    assert b"Exif" not in data
    assert b"ICC" not in data
    assert b"GPS" not in data
    picture = Pillow.open(BytesIO(data))
    assert not picture.getexif()
    assert not picture.getexif().get_ifd(GPS)
    assert not {"comment", "exif", "icc_profile", "xmp"} & picture.info.keys()
    return picture


@pytest.fixture
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def editor(db: None, client: Client) -> Client:
    call_command("sync_roles", verbosity=0)
    user = User.objects.create_superuser("redaktion", password="correct horse battery")
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


def test_the_picture_is_turned_upright_and_keeps_its_colours() -> None:
    picture = assert_bare(without_metadata(BytesIO(photo(orientation=6))))
    assert picture.size == (40, 60)
    red, green, blue = picture.convert("RGB").getpixel((20, 30))
    assert abs(red - 0xA0) < 4
    assert abs(green - 0x30) < 4
    assert abs(blue - 0x20) < 4


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_no_format_keeps_metadata(fmt: str) -> None:
    assert assert_bare(without_metadata(BytesIO(photo(fmt)))).format == fmt


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_kind_of_pixel_survives(mode: str) -> None:
    fmt = "JPEG" if mode == "CMYK" else "PNG"
    target = BytesIO()
    Pillow.new(mode, (8, 8)).save(target, fmt)
    assert Pillow.open(BytesIO(without_metadata(target))).size == (8, 8)


def test_transparency_survives() -> None:
    target = BytesIO()
    Pillow.new("RGBA", (4, 4), (255, 0, 0, 0)).save(target, "PNG")
    assert Pillow.open(BytesIO(without_metadata(target))).getpixel((0, 0))[3] == 0


def test_stored_original_and_renditions_carry_nothing(db: None, media: Path) -> None:
    image = PortalImage(title="Haus", file=SimpleUploadedFile("haus.jpg", photo()))
    image.save()
    stored = Path(image.file.path).read_bytes()
    assert_bare(stored)
    assert (image.width, image.height) == (40, 60)
    assert image.file_size == len(stored)
    for spec in ("width-20", "original", "fill-10x10|format-webp", "width-20|format-png"):
        rendition = image.get_rendition(spec)
        assert_bare(Path(rendition.file.path).read_bytes())
    for file in media.rglob("*.*"):
        assert SECRET not in file.read_bytes(), file


def test_readers_get_resized_pictures_and_nothing_else_of_the_store(
    client: Client, db: None, media: Path
) -> None:
    image = PortalImage(title="Haus", file=SimpleUploadedFile("haus.jpg", photo()))
    image.save()
    (media / "private.txt").write_text("geheim")
    response = client.get(image.get_rendition("width-20").url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert_bare(b"".join(response.streaming_content))
    for path in (
        image.file.url,
        "/media/private.txt",
        "/media/images/",
        "/media/images/nichts.jpg",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("../private.txt", "%2e%2e/private.txt", "..%2fprivate.txt", "//etc/passwd"):
        assert client.get(f"/media/images/{path}").status_code in (301, 400, 404), path


def test_upload_form_strips(editor: Client, media: Path) -> None:
    response = editor.post(
        reverse("wagtailimages:add"),
        {
            "title": "Haus",
            "file": SimpleUploadedFile("haus.jpg", photo(), "image/jpeg"),
            "collection": Collection.get_first_root_node().pk,
        },
    )
    assert response.status_code == 302
    assert_bare(Path(PortalImage.objects.get().file.path).read_bytes())


def test_multi_upload_strips(editor: Client, media: Path) -> None:
    response = editor.post(
        reverse("wagtailimages:add_multiple"),
        {
            "title": "Haus",
            "files[]": SimpleUploadedFile("haus.jpg", photo(), "image/jpeg"),
            "collection": Collection.get_first_root_node().pk,
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert response.json()["success"] is True
    assert_bare(Path(PortalImage.objects.get().file.path).read_bytes())


def test_the_door_that_stores_the_file_before_the_picture_strips_too(db: None, media: Path) -> None:
    """Wagtail's multi-upload does this when the form was incomplete at first."""
    image = PortalImage(title="Haus")
    image.file.save("haus.jpg", SimpleUploadedFile("haus.jpg", photo()), save=False)
    image._set_image_file_metadata()
    image.save()
    assert_bare(Path(image.file.path).read_bytes())


def test_replacing_the_file_strips_the_new_one(editor: Client, media: Path) -> None:
    image = PortalImage(title="Haus", file=SimpleUploadedFile("a.jpg", photo()))
    image.save()
    response = editor.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        {
            "title": "Haus",
            "file": SimpleUploadedFile("b.png", photo("PNG"), "image/png"),
            "collection": Collection.get_first_root_node().pk,
        },
    )
    assert response.status_code == 302
    image.refresh_from_db()
    assert image.file.name.endswith(".png")
    assert_bare(Path(image.file.path).read_bytes())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("bild.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        ("bild.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg"),
        ("bild.gif", b"GIF89a", "image/gif"),
        ("bild.jpg", photo("PNG"), "image/jpeg"),
        ("bild.png", b"", "image/png"),
    ],
)
def test_what_is_no_allowed_picture_is_refused(
    editor: Client, media: Path, name: str, content: bytes, kind: str
) -> None:
    response = editor.post(
        reverse("wagtailimages:add"),
        {
            "title": "Bild",
            "file": SimpleUploadedFile(name, content, kind),
            "collection": Collection.get_first_root_node().pk,
        },
    )
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not PortalImage.objects.exists()
    assert not list(media.rglob("*.*"))


def test_too_many_pixels_are_refused_before_decoding(
    editor: Client, media: Path, settings: LazySettings
) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100
    with pytest.raises(ValidationError, match="zu viele Bildpunkte"):
        without_metadata(BytesIO(photo()))
    response = editor.post(
        reverse("wagtailimages:add"),
        {
            "title": "Bild",
            "file": SimpleUploadedFile("gross.jpg", photo(), "image/jpeg"),
            "collection": Collection.get_first_root_node().pk,
        },
    )
    assert response.context["form"].errors["file"]
    assert not PortalImage.objects.exists()


def test_the_library_is_the_portals_own() -> None:
    assert get_image_model() is PortalImage
