"""Photos of inspections: drawn anew from their pixels, in the private storage, under no known name."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.fields.files import FieldFile
from django.forms import FileInput
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024**2
MAX_PIXELS = 40_000_000
LONGEST_EDGE = (
    3000  # more shows no crack better, and 40 photos have to go over a stairwell's network
)

#: Pillow's name of a format → how it is written. WebP of a phone becomes JPEG like all photos.
_SAVED_AS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("JPEG", "jpg", {"quality": 85, "optimize": True}),
    "MPO": ("JPEG", "jpg", {"quality": 85, "optimize": True}),
    "WEBP": ("JPEG", "jpg", {"quality": 85, "optimize": True}),
    "PNG": ("PNG", "png", {"optimize": True}),
}
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
_READ = ("JPEG", "PNG", "WEBP")
#: What phones write in HEIC's place of the kind of file. Browsers on iPhones turn it into JPEG.
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Photo(NamedTuple):
    """A photo as it is kept. Width and height in pixels."""

    content: bytes
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def redrawn(source: Any) -> Photo:
    """The picture alone: upright, in sRGB, at most LONGEST_EDGE, and not one byte besides.

    What it is, is decided by its content. Raises ValidationError with what to do about it.
    """
    source.seek(0, 2)
    if source.tell() > MAX_BYTES:
        raise ValidationError(_("Das Foto ist größer als 10 MB. Bitte kleiner aufnehmen."))
    source.seek(0)
    try:
        with Pillow.open(source, formats=_READ) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValidationError(
                    _("Das Foto hat mehr als 40 Millionen Bildpunkte. Bitte kleiner aufnehmen.")
                )
            return _drawn(opened)
    except (UnidentifiedImageError, Pillow.DecompressionBombError):
        if _is_heic(source):
            raise ValidationError(
                _(
                    "Fotos im Format HEIC können hier nicht gelesen werden. "
                    "Bitte als JPEG senden, oder ein Bildschirmfoto davon."
                )
            ) from None
        raise ValidationError(
            _("Das ist kein Foto, das hier gelesen werden kann. Möglich sind JPEG, PNG und WebP.")
        ) from None
    except (OSError, ValueError, SyntaxError):
        raise ValidationError(
            _("Die Datei ist beschädigt oder unvollständig. Bitte das Foto noch einmal aufnehmen.")
        ) from None


def _is_heic(source: Any) -> bool:
    source.seek(4)
    return source.read(4) == b"ftyp" and source.read(4) in _HEIC


def _drawn(opened: Any) -> Photo:
    kind, extension, options = _SAVED_AS[opened.format]
    opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG decodes smaller: less memory
    profile = opened.info.get("icc_profile")
    picture: Any = ImageOps.exif_transpose(opened)
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    picture = _in_srgb(picture, profile, keep_alpha=kind == "PNG")
    clean = Pillow.frombytes(picture.mode, picture.size, picture.tobytes())
    target = BytesIO()
    clean.save(target, kind, **options)
    return Photo(target.getvalue(), extension, *clean.size)


def _in_srgb(picture: Any, profile: bytes | None, *, keep_alpha: bool) -> Any:
    """Grey, RGB or (kept) RGBA, with the colour profile applied, because it is dropped afterwards."""
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, meant, srgb, outputMode="RGB") or picture
        except ImageCms.PyCMSError:
            pass  # a broken profile says nothing about the colours
    if picture.mode in ("L", "RGB"):
        return picture
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    if keep_alpha and transparent:
        return picture.convert("RGBA")
    return picture.convert("RGB")


def private_storage() -> Storage:
    return storages["private"]


def photo_name(record: models.Model, filename: str) -> str:
    """A name nobody can guess; of the name the phone gave, only the kind we wrote stays."""
    extension = filename.rpartition(".")[2]
    return f"photos/{timezone.localdate():%Y/%m}/{get_random_string(32)}.{extension}"


class PhotoFile(FieldFile):
    """A file whose only way into the storage leads through `redrawn`."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        photo = redrawn(content)
        record: Any = self.instance
        record.width, record.height = photo.width, photo.height
        record.size, record.sha256 = len(photo.content), photo.sha256
        super().save(f"photo.{photo.extension}", ContentFile(photo.content), save)


def store_first(record: Any) -> None:
    """Store a new photo before its record: its measures belong into one history row with its name."""
    file = record.file
    if file and not file._committed:
        file.save(file.name, file.file, save=False)


class PhotoField(models.FileField):
    """The file of a photo, with its measures in the record's width, height, size and sha256."""

    attr_class = PhotoFile

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("upload_to", photo_name)
        kwargs.setdefault("storage", private_storage)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs["widget"] = FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        )
        return super().formfield(**kwargs)
