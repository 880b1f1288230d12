"""Papers follow the records they speak of: erased with their owner, or with anybody in them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from history.erasure import also_erases, erase
from history.shapes import shape_of
from papers.files import remove
from papers.models import IssuedPaper


@also_erases
def erase_papers(model: type[Any], pk: Any) -> None:
    """Destroy content and file of the papers; code, version, date and digest stay.

    The file goes once the transaction is through. A paper that is erased by itself loses it too.
    """
    if model is IssuedPaper:
        for name in IssuedPaper.objects.filter(pk=pk).values_list("stored_as", flat=True):
            transaction.on_commit(lambda name=name: remove(name))  # type: ignore[misc]
        return
    label = model._meta.label_lower
    about = Q(owner_label=label, owner_pk=pk) | Q(subjects__contains=f" {label}:{pk} ")
    rule = _("Folgt der Löschung von %s.") % shape_of(model).reference(pk)
    for paper in IssuedPaper.objects.filter(about).exclude(context=""):
        erase(paper, rule=rule)
