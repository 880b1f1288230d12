"""What the installation remembers about itself. Nothing of the domain."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    """When something last gave a sign of life: the worker, or a job that is due at intervals.

    One row per name, shared by all processes and machines of an installation.
    """

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Lebenszeichen")
        verbose_name_plural = _("Lebenszeichen")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        """Remember that `name` is alive now."""
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})

    @classmethod
    def claim(cls, name: str, every: timedelta) -> bool:
        """Whether `name` is due; if so it counts as done now. Of several callers one gets True."""
        now = timezone.now()
        if cls.objects.filter(name=name, at__lte=now - every).update(at=now):
            return True
        return cls.objects.get_or_create(name=name, defaults={"at": now})[1]

    @classmethod
    def age(cls, name: str) -> timedelta | None:
        """Time since the last sign of life, None if there never was one."""
        at = cls.objects.filter(name=name).values_list("at", flat=True).first()
        return None if at is None else timezone.now() - at
