"""Says of offers and contacts entered before there were agencies which agency stands behind them."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pages.models import Agency, ContactPoint, CounsellingOffer, PortalSeed
from pages.models.wording import wording_of
from pages.search.indexing import index_offer
from pages.writing import piece_id

FIXTURES = settings.BASE_DIR / "fixtures" / "portal"


@transaction.atomic
def link_agencies(fixtures: Path = FIXTURES) -> int:
    """Link each offer and contact without an agency to the one that is meant. Returns how many.

    Meant is the only agency with the name of the provider; of a delivered piece under its delivered
    name the agency it is delivered with. Each piece is linked once: who takes the agency out again
    is not corrected.
    """
    agencies = _by_name(Agency.objects.all())
    delivered = _delivered(fixtures)
    known = set(
        PortalSeed.objects.filter(key__startswith="agency-of:").values_list("key", flat=True)
    )
    count, done = 0, []
    pieces = [(offer, offer.provider) for offer in _originals(CounsellingOffer)]
    pieces += [(contact, contact.name) for contact in _originals(ContactPoint)]
    for piece, name in pieces:
        key = f"agency-of:{piece.translation_key}"
        if key in known:
            continue
        if piece.agency_id is None:
            meant = agencies.get(_plain(delivered.get((piece.translation_key, name), name)), [])
            if len(meant) != 1:
                continue  # perhaps entered later
            _link(piece, meant[0])
            count += 1
        done.append(PortalSeed(key=key, language=settings.LANGUAGE_CODE))
    PortalSeed.objects.bulk_create(done)
    return count


def _originals(model: Any) -> Any:
    """Facts stand on the version in the portal's first language."""
    return model.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("pk")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _by_name(agencies: Any) -> dict[str, list[Agency]]:
    found: dict[str, list[Agency]] = defaultdict(list)
    for agency in agencies:
        found[_plain(agency.name)].append(agency)
    return found


def _delivered(fixtures: Path) -> dict[tuple[Any, str], str]:
    """Which agency a delivered piece has, by the piece and the name that it is delivered with."""
    names = {entry["key"]: entry["name"] for entry in _content(fixtures, "agencies")}
    return {
        (piece_id(kind, entry["key"]), entry[field]): names[entry["agency"]]
        for kind, field in (("offer", "provider"), ("contact", "name"))
        for entry in _content(fixtures, f"{kind}s")
        if entry.get("agency")
    }


def _content(fixtures: Path, name: str) -> list[dict[str, Any]]:
    file = fixtures / f"{name}.json"
    entries: list[dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return entries


def _link(piece: Any, agency: Agency) -> None:
    """In what is published and in what is being drafted: publishing a draft must not undo it.

    The edition stays: an agency is the same in every language, no translation is outdated by it.
    """
    piece.agency = agency
    piece.wording = wording_of(piece)
    piece.save(update_fields=["agency", "wording"])
    draft = piece.latest_revision
    if draft is not None and draft.content.get("agency") is None:
        drafted = draft.as_object()
        drafted.agency = agency
        draft.content |= {"agency": agency.pk, "wording": str(wording_of(drafted))}
        draft.save(update_fields=["content"])
    if isinstance(piece, CounsellingOffer):
        index_offer(piece.translation_key)
