"""A paper as it left the house: its bytes, its digest, and what it was made from. Never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import ALL, Collection, Field, Section, grant, model_of
from history.models import Recorded
from papers.models.template import Language, PaperTemplate
from papers.registry import paper_choices


class IssuedPaper(Recorded):
    """A frozen paper of a record, its owner. Who may view the owner may open it (`papers.files`).

    The list of all is for data protection alone: a paper tells that its owner exists. Where its
    owner is merged into another record, it belongs to that one (`papers.actions.hand_over`).
    `context`: the values it was made from, as JSON; empty once erased. `subjects`: further
    records whose personal data it holds, " buildings.party:12 people.person:3 ": erasing one of
    them, or the owner, erases the paper. `stored_as`: the random name of its private file.
    """

    goes_with_owner = True

    code = models.CharField(gettext_lazy("Schreiben"), max_length=40, choices=paper_choices)
    template = models.ForeignKey(
        PaperTemplate,
        on_delete=models.PROTECT,
        related_name="issued",
        verbose_name=gettext_lazy("Vorlage"),
    )
    language = models.CharField(
        gettext_lazy("Sprache"), max_length=10, choices=Language.choices, default=Language.DE
    )
    owner_label = models.CharField(gettext_lazy("Sammlung"), max_length=100)
    owner_pk = models.BigIntegerField(gettext_lazy("Datensatz"))
    issued_at = models.DateTimeField(gettext_lazy("ausgestellt am"))
    title = models.CharField(gettext_lazy("Betreff"), max_length=400, blank=True)
    context = models.TextField(gettext_lazy("Angaben im Schreiben"), blank=True)
    subjects = models.TextField(gettext_lazy("betroffene Datensätze"), blank=True)
    stored_as = models.CharField(gettext_lazy("Datei"), max_length=100)
    sha256 = models.CharField(gettext_lazy("Prüfsumme (SHA-256)"), max_length=64)
    size = models.PositiveIntegerField(gettext_lazy("Größe in Byte"))

    collection: ClassVar[Collection] = Collection(
        prefix="SCH",
        imported=False,
        icon="doc-full-inverse",
        menu="more",
        order=64,
        key=("code", "owner_label", "owner_pk", "issued_at"),
        ordering=("-issued_at", "-pk"),
        sections=(
            Section(
                gettext_lazy("Schreiben"),
                Field("code", listed=True, filtered=True, entered=False),
                Field("template", entered=False),
                Field("language", entered=False),
                Field("owner_label", listed=True, entered=False),
                Field("owner_pk", listed=True, entered=False),
                Field("issued_at", listed=True, filtered=True, entered=False),
                Field("sha256", entered=False),
                Field("size", entered=False),
            ),
            Section(
                gettext_lazy("Inhalt"),
                Field("title", personal=True, right="read", entered=False),
                Field("context", personal=True, right="read", entered=False),
                Field("subjects", personal=True, right="read", entered=False),
                Field("stored_as", right="read", entered=False),
            ),
            Section(gettext_lazy("Zuständigkeit"), Field("unit", entered=False)),
        ),
        rights={"data_protection": grant("view", ALL)},
    )

    class Meta:
        verbose_name = gettext_lazy("ausgestelltes Schreiben")
        verbose_name_plural = gettext_lazy("ausgestellte Schreiben")
        indexes = [
            models.Index(fields=["-issued_at", "-id"]),
            models.Index(fields=["owner_label", "owner_pk", "-issued_at"]),
        ]

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Once. Raises ValidationError for any later save."""
        if not self._state.adding:
            raise ValidationError(
                _("%(reference)s ist ausgestellt und wird nicht mehr geändert.")
                % {"reference": self.reference}
            )
        super().save(update_fields=update_fields, **kwargs)

    @property
    def owner_model(self) -> type[models.Model]:
        """Raises LookupError when the collection is gone."""
        return model_of(self.owner_label)

    @property
    def erased(self) -> bool:
        return not self.context

    @property
    def file_name(self) -> str:
        """For whoever saves it. Without personal data."""
        return f"{self.reference}-{self.code}-{timezone.localdate(self.issued_at):%Y-%m-%d}.pdf"
