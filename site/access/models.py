"""Who there is: people who sign in, the units they belong to, and what their roles may."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import Scope


class Carrier(models.TextChoices):
    """The two controllers of the programme (GDPR Art. 4 no. 7). Their data spaces are separate."""

    CITY = "city", _("Stadt")
    DISTRICT = "district", _("Landkreis")


class OrganisationalUnit(models.Model):
    """A unit that is responsible for records, e.g. the Clearingstelle. Names are data, never code."""

    code = models.SlugField(_("Kürzel"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    carrier = models.CharField(_("Träger"), max_length=10, choices=Carrier.choices)

    class Meta:
        verbose_name = _("Organisationseinheit")
        verbose_name_plural = _("Organisationseinheiten")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):  # type: ignore[django-manager-missing]  # upper rooms, by string
    """A member of staff. Never deleted, only deactivated: history names them."""

    units = models.ManyToManyField(
        OrganisationalUnit,
        through="Membership",
        verbose_name=_("Organisationseinheiten"),
        related_name="staff",
        blank=True,
    )

    class Meta:
        verbose_name = _("Benutzerkonto")
        verbose_name_plural = _("Benutzerkonten")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A person's belonging to a unit. The lowest id is the unit new records get by default."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(
        OrganisationalUnit, on_delete=models.PROTECT, related_name="memberships"
    )

    class Meta:
        verbose_name = _("Zugehörigkeit")
        verbose_name_plural = _("Zugehörigkeiten")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["user", "unit"], name="access_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.unit_id}"


class Grant(models.Model):
    """One cell of the table role × permission × scope. Written by `sync_roles` only."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="grants")
    collection = models.CharField(max_length=100)  # model label in lower case: "buildings.dwelling"
    verb = models.CharField(max_length=40)
    scope = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Scope])

    class Meta:
        verbose_name = _("Recht")
        verbose_name_plural = _("Rechte")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "collection", "verb"], name="access_grant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.collection} {self.verb} {self.scope}"


class Share(models.Model):
    """One record opened to one further unit, for a reason and until a day.

    Append-only: ending a share sets `ended_at` and `ended_by`, so the row is its own history.
    """

    collection = models.CharField(max_length=100)
    object_pk = models.BigIntegerField()
    unit = models.ForeignKey(
        OrganisationalUnit, on_delete=models.PROTECT, verbose_name=_("Freigeben für")
    )
    may_change = models.BooleanField(_("darf bearbeiten"), default=False)
    reason = models.CharField(_("Grund"), max_length=200)
    until = models.DateField(_("Gültig bis"))
    shared_at = models.DateTimeField(default=timezone.now, editable=False)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("Freigabe")
        verbose_name_plural = _("Freigaben")
        indexes = [models.Index(fields=["collection", "unit", "object_pk"])]

    def __str__(self) -> str:
        return f"{self.collection} {self.object_pk} → {self.unit_id}"
