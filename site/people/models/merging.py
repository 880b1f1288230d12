"""Two records of one person made one, and how to take that back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue import Collection, Field, Section
from history.models import Recorded
from people.models.persons import Person
from people.models.rights import MERGE_RIGHTS


class MergeState(models.TextChoices):
    MERGED = "merged", _("zusammengeführt")
    UNDONE = "undone", _("zurückgenommen")
    DISTINCT = "distinct", _("nicht dieselbe Person")


class PersonMerge(Recorded):
    """The receipt of a merge, or the decision that two records are two people.

    `moved`: JSON, numbers and names of fields, never values: see `people.merging.Note`.
    """

    kept = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges", verbose_name=_("bleibt")
    )
    merged = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges_away", verbose_name=_("geht auf in")
    )
    state = models.CharField(
        _("Stand"), max_length=8, choices=MergeState.choices, default=MergeState.MERGED
    )
    moved = models.TextField(default="[]", editable=False)

    collection = Collection(
        prefix="ZFG",
        imported=False,
        icon="link",
        menu="people",
        order=90,
        key=("kept", "merged"),
        ordering=("-pk",),
        sections=(
            Section(
                _("Zusammenführung"),
                Field("kept", listed=True, entered=False),
                Field("merged", listed=True, entered=False),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(_("Zuständigkeit"), Field("unit", filtered=True)),
        ),
        rights=MERGE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Zusammenführung")
        verbose_name_plural = _("Zusammenführungen")
