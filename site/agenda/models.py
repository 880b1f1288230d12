"""Deadlines and tasks about records of any collection."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.appointments import rules as appointment_rules
from agenda.policy import AgendaPolicy
from agenda.rules import UNFINISHED, DeadlineState, TaskState
from catalogue import ALL, UNIT, Collection, Field, Section, grant
from catalogue.declaration import Grants
from history.models import Recorded

_TEAMS = (
    *("clearing", "outreach", "school_team", "neighbourhood", "inspection"),
    *("register_office", "data_office", "guest"),
)
# No role has it: codes and numbers that lead to the record, where people see its reference.
_NOBODY = "trace"
_TASK_RIGHTS: dict[str, Grants] = {
    **dict.fromkeys(_TEAMS, grant("view add change export", UNIT)),
    "head_of_office": {**grant("view export", ALL), **grant("add change", UNIT)},
    "data_protection": grant("view", ALL),
}
# Nobody adds or edits a deadline: it is computed. "settle" is the right to its steps.
_DEADLINE_RIGHTS: dict[str, Grants] = {
    **dict.fromkeys(_TEAMS, grant("view settle export", UNIT)),
    "head_of_office": {**grant("view export", ALL), **grant("settle", UNIT)},
    "data_protection": grant("view", ALL),
}


class _About(Recorded):
    """What a deadline or task is about: a record, named by its reference number.

    A pair of label and number instead of a foreign key: the rooms above have the records.
    """

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("Bearbeitet von"),
        help_text=_("Leer lassen, wenn es die ganze Stelle angeht."),
    )

    class Meta(Recorded.Meta):
        abstract = True

    @staticmethod
    def about(owner: models.Model) -> dict[str, Any]:
        """The values that name `owner`, for a filter or a new row."""
        label = owner._meta.label_lower
        return {"owner_collection": label, "owner_pk": owner.pk}


class Deadline(_About):
    """A day by which something has to have happened, computed from an event by a dated rule.

    Nothing computes it anew: a new deadline of the same kind takes its place and refers to it.
    `due_at`: the moment, for a length in hours. `basis`: the rule as it stood, with its source.
    """

    owner_collection = models.CharField(_("Sammlung"), max_length=100)
    owner_pk = models.BigIntegerField(_("Datensatz"))
    owner_reference = models.CharField(_("Vorgang"), max_length=40)
    title = models.CharField(_("Frist"), max_length=160)
    kind = models.CharField(_("Art"), max_length=60)
    event_on = models.DateField(_("Ereignis am"))
    due_on = models.DateField(_("Endet am"))
    due_at = models.DateTimeField(_("Endet um"), null=True, blank=True)
    basis = models.CharField(_("Grundlage"), max_length=300)
    explanation = models.TextField(_("Berechnung"))
    state = models.CharField(
        _("Stand"), max_length=12, choices=DeadlineState.choices, default=DeadlineState.RUNNING
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="superseded_by",
        null=True,
        blank=True,
        verbose_name=_("Ersetzt"),
    )

    policy_class = AgendaPolicy

    collection: ClassVar[Collection] = Collection(
        prefix="FRI",
        imported=False,
        icon="time",
        menu="agenda",
        order=20,
        key=("title", "owner_reference", "due_on"),
        ordering=("-state", "due_on", "pk"),
        sections=(
            Section(
                _("Frist"),
                Field("title", listed=True, searched=True),
                Field("owner_reference", listed=True, searched=True),
                Field("due_on", listed=True, filtered=True),
                Field("due_at"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("assignee", exchanged=False),
            ),
            Section(
                _("Berechnung"),
                Field("event_on"),
                Field("basis"),
                Field("explanation"),
                Field("kind", right=_NOBODY),
                Field("supersedes", exchanged=False, entered=False),
            ),
            Section(
                _("Zuständigkeit"),
                Field("unit", filtered=True),
                Field("owner_collection", right=_NOBODY),
                Field("owner_pk", right=_NOBODY),
            ),
        ),
        rights=_DEADLINE_RIGHTS,
    )

    class Meta:
        verbose_name = _("Frist")
        verbose_name_plural = _("Fristen")
        indexes = [
            models.Index(fields=["-state", "due_on", "id"], name="agenda_deadline_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_collection", "owner_pk", "kind"],
                condition=Q(state="running"),
                name="agenda_deadline_runs_once",
                violation_error_message=_("Eine Frist dieser Art läuft zu diesem Vorgang schon."),
            )
        ]


class Task(_About):
    """Something somebody of a unit has to do, by a day or without one; about a record or about none.

    `origin`: why it is there, as a code ("deadline", "delivery.returned"), "" for one by hand. Of
    unfinished tasks there is one per record and origin, and ever only one per deadline.
    """

    owner_collection = models.CharField(_("Sammlung"), max_length=100, blank=True)
    owner_pk = models.BigIntegerField(_("Datensatz"), null=True, blank=True)
    owner_reference = models.CharField(_("Vorgang"), max_length=40, blank=True)
    title = models.CharField(
        _("Aufgabe"),
        max_length=160,
        help_text=_("Was zu tun ist. Bitte ohne Namen und Angaben zu Personen."),
    )
    due_on = models.DateField(_("Zu erledigen bis"), null=True, blank=True)
    state = models.CharField(
        _("Stand"), max_length=12, choices=TaskState.choices, default=TaskState.OPEN
    )
    origin = models.CharField(_("Anlass"), max_length=60, blank=True, editable=False)
    deadline = models.ForeignKey(
        Deadline,
        on_delete=models.PROTECT,
        related_name="reminders",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("Frist"),
    )

    policy_class = AgendaPolicy

    collection: ClassVar[Collection] = Collection(
        prefix="AUF",
        imported=False,
        icon="tasks",
        menu="agenda",
        order=10,
        key=("title", "due_on"),
        ordering=("-state", "due_on", "pk"),
        sections=(
            Section(
                _("Aufgabe"),
                Field("title", listed=True, searched=True),
                Field("due_on", filtered=True),
                Field("owner_reference", listed=True, searched=True, entered=False),
                Field("state", listed=True, filtered=True, entered=False),
            ),
            Section(
                _("Zuständigkeit"),
                Field("unit", filtered=True),
                Field("assignee", listed=True, exchanged=False),
                Field("owner_collection", right=_NOBODY, entered=False, exchanged=False),
            ),
        ),
        rights=_TASK_RIGHTS,
    )

    class Meta:
        verbose_name = _("Aufgabe")
        verbose_name_plural = _("Aufgaben")
        indexes = [
            models.Index(fields=["-state", "due_on", "id"], name="agenda_task_due"),
            models.Index(fields=["owner_collection", "owner_pk"], name="agenda_task_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_collection", "owner_pk", "origin"],
                condition=Q(state__in=UNFINISHED) & ~Q(origin=""),
                name="agenda_task_open_once",
                violation_error_message=_("Diese Aufgabe steht zu diesem Vorgang schon aus."),
            ),
            models.UniqueConstraint(fields=["deadline"], name="agenda_task_reminds_once"),
        ]


_PROCEED, _CONTENT = appointment_rules.PROCEED, appointment_rules.CONTENT
_REQUEST_RIGHTS: dict[str, Grants] = {
    **dict.fromkeys(
        ("clearing", "outreach", "school_team", "neighbourhood", "inspection", "register_office"),
        grant(f"view export {_PROCEED} {_CONTENT}", UNIT),
    ),
    "data_protection": grant("view", ALL),
}


class AppointmentRequest(Recorded):
    """Somebody asks for an appointment or a call. Written by the portal, answered by steps.

    `offer`: its name as the reader saw it. `slot`: the consultation hour that was chosen.
    `receipt_hash`: of the code with which the reader asks for the answer; names are never asked.
    """

    requested_at = models.DateTimeField(_("Angefragt am"), default=timezone.now)
    kind = models.CharField(
        _("Gewünscht"), max_length=8, choices=appointment_rules.Kind.choices, default="visit"
    )
    offer = models.CharField(_("Angebot"), max_length=120)
    topic = models.CharField(_("Worum geht es"), max_length=300, blank=True)
    language = models.CharField(_("Sprache"), max_length=40)
    interpreter = models.BooleanField(_("Übersetzung nötig"), default=False)
    slot = models.DateTimeField(_("Gewünschter Termin"), null=True, blank=True)
    times = models.CharField(_("Passende Zeiten"), max_length=200, blank=True)
    contact = models.CharField(_("Kontakt"), max_length=200, blank=True)
    state = models.CharField(
        _("Stand"),
        max_length=10,
        choices=appointment_rules.RequestState.choices,
        default=appointment_rules.RequestState.REQUESTED,
    )
    appointment_at = models.DateTimeField(_("Termin am"), null=True, blank=True)
    answer = models.TextField(
        _("Antwort"),
        max_length=1000,
        blank=True,
        help_text=_("Auf Deutsch, in einfachen Sätzen, ohne Namen. Sie steht auf der Statusseite."),
    )
    receipt_hash = models.CharField(max_length=64, editable=False)

    collection: ClassVar[Collection] = Collection(
        prefix="TRM",
        imported=False,
        icon="calendar-alt",
        menu="agenda",
        order=30,
        key=("offer", "requested_at"),
        ordering=("-state", "requested_at", "pk"),
        sections=(
            Section(
                _("Anfrage"),
                Field("offer", listed=True, searched=True),
                Field("requested_at", listed=True, filtered=True),
                Field("kind", listed=True, filtered=True),
                Field("slot", listed=True),
                Field("times", personal=True, right=_CONTENT),
                Field("topic", personal=True, right=_CONTENT),
                Field("language", right=_CONTENT),
                Field("interpreter", right=_CONTENT),
                Field("contact", personal=True, right=_CONTENT, exchanged=False),
            ),
            Section(
                _("Antwort"),
                Field("state", listed=True, filtered=True, entered=False),
                Field("appointment_at", listed=True, entered=False),
                Field("answer", personal=True, right=_CONTENT, entered=False),
                Field("unit", filtered=True),
            ),
        ),
        rights=_REQUEST_RIGHTS,
    )

    class Meta:
        verbose_name = _("Terminanfrage")
        verbose_name_plural = _("Terminanfragen")
        indexes = [
            models.Index(fields=["-state", "requested_at", "id"], name="agenda_request_waiting")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_hash"],
                condition=~Q(receipt_hash=""),
                name="agenda_request_once",
                violation_error_message=_("Diesen Code gibt es schon."),
            )
        ]
