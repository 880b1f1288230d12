"""Pictures of the portal: stored without anything a camera wrote into them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.images.models import Image as WagtailImage

_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90, "method": 6},
}


def without_metadata(source: Any) -> bytes:
    """The picture alone: upright, in sRGB, first frame, same format, and not one byte besides.

    The pixels are copied into a new picture, because Pillow carries comments, colour profiles and
    EXIF of an opened file over to the saved one. Raises ValidationError for a format other than
    JPEG, PNG and WebP and for more pixels than WAGTAILIMAGES_MAX_IMAGE_PIXELS, and OSError when
    the file is no picture at all.
    """
    source.seek(0)
    with Pillow.open(source) as opened:
        options = _SAVE_OPTIONS.get(opened.format or "")
        if options is None:
            raise ValidationError(_("Nur Bilder in den Formaten JPEG, PNG und WebP."))
        if opened.width * opened.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise ValidationError(_("Das Bild hat zu viele Bildpunkte. Bitte verkleinern."))
        picture = _in_srgb(ImageOps.exif_transpose(opened), opened.info.get("icc_profile"))
        clean = Pillow.frombytes(picture.mode, picture.size, picture.tobytes())
        target = BytesIO()
        clean.save(target, opened.format, **options)
    return target.getvalue()


def _in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Grey, RGB or RGBA, with the colour profile applied, because it is dropped afterwards."""
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, meant, srgb, outputMode="RGB") or picture
        except ImageCms.PyCMSError:
            pass  # a broken profile says nothing about the colours
    if picture.mode in ("L", "RGB", "RGBA") and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if transparent else "RGB")


class CleanImageFieldFile(WagtailImageFieldFile):
    """A picture file whose way into the storage leads through `without_metadata`."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        super().save(name, ContentFile(without_metadata(content), name=name), save)


class CleanImageField(WagtailImageField):
    """Cleans at the last door before the disk, because Wagtail's views use several before it:
    the multi-upload stores the file by itself, before it saves the picture."""

    attr_class = CleanImageFieldFile


class PortalImage(AbstractImage):
    """A picture of the portal. Never one of a record: those are not for the public library."""

    file = CleanImageField(
        _("Datei"), upload_to=get_upload_to, width_field="width", height_field="height"
    )
    credit = models.CharField(
        _("Bildnachweis"),
        max_length=200,
        blank=True,
        help_text=_("Wer das Bild gemacht hat, wie es unter dem Bild stehen soll."),
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("Bild")
        verbose_name_plural = _("Bilder")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores a new file first, so that size, checksum and dimensions are the clean one's."""
        if self.file and not self.file._committed:
            self.file.save(self.file.name, self.file.file, save=False)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)


class PortalRendition(AbstractRendition):
    """A resized copy of a portal picture."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="pages_rendition_once",
            )
        ]
