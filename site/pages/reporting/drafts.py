"""What a reader has answered so far, between the steps of the form.

A form of several pages has to keep its answers somewhere. A cookie is promised not to be set, an
address is logged and remembered by browsers, and hidden fields would lose what was answered later
when somebody goes back. So the server keeps them for a day, sealed with a key that is made of our
secret and of the seed in the reader's form (`tokens`): database, backup and staff hold no key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from PIL import Image as Pillow

from inspections.photos import Photo, private_storage
from pages.models import ReportDraft

KEPT_FOR = timedelta(days=1)  # after the last change
MOST_PHOTOS = 5
FOLDER = "report-drafts"
_SALT = "pages.reporting.drafts"
_THUMBNAIL = 160  # pixels

Answers = dict[str, list[str]]


class TooMany(ValueError):  # noqa: N818
    """There are as many photos as one report may have."""


@dataclass(frozen=True)
class KeptPhoto:
    """A photo of a draft. `thumbnail`: a small JPEG in base64, to be shown without a request."""

    digest: str
    stored_as: str
    extension: str
    thumbnail: str


@dataclass
class Draft:
    """Field name → what was typed, as a form sends it; and the photos, in their order."""

    answers: Answers = field(default_factory=dict)
    photos: list[KeptPhoto] = field(default_factory=list)


def load(seed: str) -> Draft | None:
    """What is kept under a seed. None if nothing is, or nothing any more."""
    row = ReportDraft.objects.filter(key_hash=_name(seed)).first()
    return _opened(seed, row) if row else None


@transaction.atomic
def note(seed: str, answers: Mapping[str, Sequence[str]]) -> Draft:
    """Keep these answers beside the others."""
    row, draft = _held(seed)
    draft.answers |= {name: list(values) for name, values in answers.items()}
    return _keep(seed, row, draft)


def add_photo(seed: str, photo: Photo) -> Draft:
    """Keep one more photo; the same picture sent twice is one. Raises TooMany."""
    kept = KeptPhoto(
        digest=photo.sha256,
        stored_as=private_storage().save(
            f"{FOLDER}/{get_random_string(32)}", ContentFile(_seal(seed).encrypt(photo.content))
        ),
        extension=photo.extension,
        thumbnail=_thumbnail(photo.content),
    )
    is_kept = False
    try:
        with transaction.atomic():
            row, draft = _held(seed)
            if kept.digest not in {each.digest for each in draft.photos}:
                if len(draft.photos) >= MOST_PHOTOS:
                    raise TooMany
                draft.photos.append(kept)
                is_kept = True
            _keep(seed, row, draft)
    finally:
        if not is_kept:
            private_storage().delete(kept.stored_as)
    return draft


@transaction.atomic
def drop_photo(seed: str, digest: str) -> Draft:
    """Without this photo. No fault if it is gone already."""
    row, draft = _held(seed)
    dropped = [photo for photo in draft.photos if photo.digest == digest]
    draft.photos = [photo for photo in draft.photos if photo.digest != digest]
    _remove_later(photo.stored_as for photo in dropped)
    return _keep(seed, row, draft)


def files_of(seed: str, draft: Draft) -> list[ContentFile[bytes]]:
    """The photos as they were drawn. Without those that another request has cleared away."""
    found = []
    for photo in draft.photos:
        try:
            with private_storage().open(photo.stored_as) as sealed:
                content = _seal(seed).decrypt(sealed.read())
        except (FileNotFoundError, InvalidToken):
            continue
        found.append(ContentFile(content, name=f"photo.{photo.extension}"))
    return found


@transaction.atomic
def forget(seed: str) -> None:
    """The report is sent: nothing stays here."""
    _delete(ReportDraft.objects.filter(key_hash=_name(seed)))


@transaction.atomic
def purge(now: datetime | None = None) -> int:
    """Delete what was not sent within KEPT_FOR, and files that lost their draft. Returns how many."""
    before = (now or timezone.now()) - KEPT_FOR
    count = _delete(ReportDraft.objects.filter(changed_at__lt=before))
    storage = private_storage()
    if storage.exists(FOLDER):
        used = {
            name for names in ReportDraft.objects.values_list("files", flat=True) for name in names
        }
        names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
        lost = [name for name in names if name not in used]
        _remove_later(name for name in lost if storage.get_modified_time(name) < before)
    return count


def _delete(rows: QuerySet[ReportDraft]) -> int:
    held = list(rows.select_for_update())
    _remove_later(name for row in held for name in row.files)
    ReportDraft.objects.filter(pk__in=[row.pk for row in held]).delete()
    return len(held)


def _remove_later(names: Iterable[str]) -> None:
    for name in names:
        transaction.on_commit(lambda name=name: private_storage().delete(name))  # type: ignore[misc]


def _held(seed: str) -> tuple[ReportDraft, Draft]:
    """The row under lock, made if need be, and what it holds."""
    row, is_new = ReportDraft.objects.select_for_update().get_or_create(
        key_hash=_name(seed), defaults={"sealed": b"", "changed_at": timezone.now()}
    )
    return row, Draft() if is_new else _opened(seed, row)


def _keep(seed: str, row: ReportDraft, draft: Draft) -> Draft:
    content = {"answers": draft.answers, "photos": [asdict(photo) for photo in draft.photos]}
    row.sealed = _seal(seed).encrypt(json.dumps(content).encode())
    row.files = [photo.stored_as for photo in draft.photos]
    row.changed_at = timezone.now()
    row.save()
    return draft


def _opened(seed: str, row: ReportDraft) -> Draft:
    try:
        content = json.loads(_seal(seed).decrypt(bytes(row.sealed)))
    except InvalidToken:  # sealed under a key of ours that was replaced
        return Draft()
    return Draft(content["answers"], [KeptPhoto(**photo) for photo in content["photos"]])


def _name(seed: str) -> str:
    return salted_hmac(f"{_SALT}.name", seed, algorithm="sha256").hexdigest()


def _seal(seed: str) -> Fernet:
    key = salted_hmac(f"{_SALT}.seal", seed, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _thumbnail(content: bytes) -> str:
    target = BytesIO()
    with Pillow.open(BytesIO(content)) as picture:
        picture.draft("RGB", (_THUMBNAIL, _THUMBNAIL))
        small = picture.convert("RGB")
        small.thumbnail((_THUMBNAIL, _THUMBNAIL))
        small.save(target, "JPEG", quality=70)
    return base64.b64encode(target.getvalue()).decode()
