"""The wording of a paper, one record per version. A released version never changes again.

Wording of official letters is a record, not portal content (design, decision 2): whoever issued an
order has to be able to prove years later which text was in force, who wrote and who released it.
That is what the legal history keeps and Wagtail's revisions, which can be deleted, do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import Collection, Field, Section
from history.models import Recorded
from papers.markup import BrokenMarkup
from papers.models.rights import KEEPERS
from papers.policy import PaperTemplatePolicy
from papers.registry import paper_choices, paper_of
from papers.wording import Wording


class Language(models.TextChoices):
    """German is the official language (§ 23 VwVfG); others are for a translation to go with it."""

    DE = "de", gettext_lazy("Deutsch")
    RO = "ro", gettext_lazy("Rumänisch")
    BG = "bg", gettext_lazy("Bulgarisch")
    PL = "pl", gettext_lazy("Polnisch")
    EN = "en", gettext_lazy("Englisch")


class State(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Entwurf")
    CURRENT = "current", gettext_lazy("in Gebrauch")
    RETIRED = "retired", gettext_lazy("abgelöst")
    DISCARDED = "discarded", gettext_lazy("verworfen")


_WORDING = ("code", "language", "number", "title", "text")


class PaperTemplate(Recorded):
    """One version of the wording of one paper in one language."""

    policy_class = PaperTemplatePolicy

    code = models.CharField(gettext_lazy("Schreiben"), max_length=40, choices=paper_choices)
    language = models.CharField(
        gettext_lazy("Sprache"), max_length=10, choices=Language.choices, default=Language.DE
    )
    number = models.PositiveIntegerField(gettext_lazy("Version"), default=0)
    title = models.CharField(
        gettext_lazy("Betreff"),
        max_length=200,
        help_text=gettext_lazy("Steht über dem Text. Platzhalter sind erlaubt."),
    )
    text = models.TextField(gettext_lazy("Text"), max_length=60_000)
    change_note = models.CharField(
        gettext_lazy("Was ist anders?"),
        max_length=300,
        blank=True,
        help_text=gettext_lazy("In einem Satz, für die Person, die freigibt."),
    )
    state = models.CharField(
        gettext_lazy("Stand"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=gettext_lazy("freigegeben von"),
    )
    released_at = models.DateTimeField(gettext_lazy("freigegeben am"), null=True, editable=False)

    collection: ClassVar[Collection] = Collection(
        prefix="VOR",
        imported=False,
        icon="mail",
        menu="more",
        order=60,
        key=("code", "language", "number"),
        ordering=("code", "language", "-number", "pk"),
        sections=(
            Section(
                gettext_lazy("Vorlage"),
                Field("code", listed=True, filtered=True),
                Field("language", listed=True, filtered=True),
                Field("number", listed=True, entered=False),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(
                gettext_lazy("Wortlaut"),
                Field("title", searched=True),
                Field("text", searched=True),
                Field("change_note", listed=True),
            ),
            Section(gettext_lazy("Zuständigkeit"), Field("unit")),
        ),
        rights=KEEPERS,
    )

    class Meta:
        verbose_name = gettext_lazy("Vorlage für Schreiben")
        verbose_name_plural = gettext_lazy("Vorlagen für Schreiben")
        indexes = [models.Index(fields=["code", "language", "-number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "language", "number"],
                name="papers_version_once",
                violation_error_message=gettext_lazy("Diese Version gibt es schon."),
            ),
            models.UniqueConstraint(
                fields=["code", "language"],
                condition=models.Q(state="current"),
                name="papers_one_current",
                violation_error_message=gettext_lazy(
                    "Es ist schon eine andere Version in Gebrauch."
                ),
            ),
        ]

    @property
    def wording(self) -> Wording:
        return Wording(paper_of(self.code), self.title, self.text, self.language, self.number)

    def before(self) -> PaperTemplate | None:
        """The version this one follows: the newest older one that was ever in use."""
        older = PaperTemplate.objects.filter(
            code=self.code, language=self.language, number__lt=self.number
        )
        used = older.filter(state__in=(State.CURRENT, State.RETIRED))
        return used.order_by("-number").first()

    def clean(self) -> None:
        super().clean()
        if self.code not in dict(paper_choices()):
            return  # the field has said so
        try:
            self.wording.parsed()
        except BrokenMarkup as broken:
            told = {
                "title": [fault.message for fault in broken.faults if not fault.line],
                "text": [str(fault) for fault in broken.faults if fault.line],
            }
            raise ValidationError({name: told[name] for name in told if told[name]}) from broken

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Raises ValidationError for a change of the wording of a version that is no draft."""
        if self._state.adding:
            self.number = self.number or self._next_number()
        else:
            self._refuse_if_released()
        super().save(update_fields=update_fields, **kwargs)

    def _next_number(self) -> int:
        others = PaperTemplate.objects.filter(code=self.code, language=self.language)
        return int(others.aggregate(last=models.Max("number"))["last"] or 0) + 1

    def _refuse_if_released(self) -> None:
        stored = PaperTemplate.objects.filter(pk=self.pk).values("state", *_WORDING).first()
        if stored is None:
            return
        frozen = _WORDING[:3] if stored["state"] == State.DRAFT else _WORDING
        if any(stored[name] != getattr(self, name) for name in frozen):
            raise ValidationError(
                _(
                    "%(reference)s steht fest und wird nicht mehr geändert. "
                    "Bitte eine neue Version beginnen."
                )
                % {"reference": self.reference}
            )
