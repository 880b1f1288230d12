"""Keeping a photo."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from inspections.models import FindingPhoto, Inspection
from inspections.models.locking import refuse_if_settled


@transaction.atomic
def add_photo(
    *, inspection: Inspection, file: Any, item: Any = None, room: Any = None, caption: str = ""
) -> FindingPhoto:
    """Keep a photo under the next number of its inspection, by the actor in force.

    Raises ValidationError for what is no photo, too large, or too late.
    """
    locked = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    refuse_if_settled(locked)
    newest = FindingPhoto.objects.filter(inspection=locked).aggregate(newest=Max("number"))
    photo = FindingPhoto(
        inspection=locked,
        number=(newest["newest"] or 0) + 1,
        item=item,
        room=room,
        caption=caption,
        unit=locked.unit,
        file=file,
    )
    photo.save()
    return photo
