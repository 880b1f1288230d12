"""The screens of data protection: is the history proven, what was erased, and erasing.

They show numbers of records and of versions, never a value: proving and forgetting need no reading.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.erasing import Ground, forget, referring_to
from catalogue import collection_of, model_of
from catalogue.naming import by_reference
from history.ledger import DELETED
from history.models import Erasure, Proving
from history.tasks import prove_history
from history.verification import Evidence, proof_of

_RECEIPTS = 25
ERASE = "erase"


class _ForDataProtection(WagtailAdminTemplateMixin):
    """Who may not see the receipts of erasures, meets what was never there."""

    verb = "view"
    header_icon = "lock"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not policy_of(Erasure).may(request.user, self.verb):
            raise Http404


class PrivacyView(_ForDataProtection, TemplateView):
    """`?nummer=PER-000012`: the proof of one record, its erasures, and the way to erase it."""

    request: HttpRequest
    template_name = "backoffice/privacy/overview.html"
    page_title = gettext_lazy("Nachweis und Löschung")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("nummer", "").strip()
        receipts = Erasure.objects.select_related("erased_by").order_by("-pk")
        return super().get_context_data(
            **kwargs,
            asked=asked,
            record=self._record(asked) if asked else None,
            last=Proving.objects.first(),
            proving=_is_proving(),
            prove_url=reverse("privacy_prove"),
            receipts=[_receipt(each) for each in receipts[:_RECEIPTS]],
            total=receipts.count(),
        )

    def _record(self, asked: str) -> dict[str, Any] | None:
        """What is known of the record but what it says. None: there never was such a record."""
        found = by_reference(asked)
        if found is None:
            return None
        model, pk = found
        evidence, problems = proof_of(model, pk)
        if not (evidence.rows or evidence.sealed or evidence.live):
            return None
        return {
            **_facts(evidence),
            "reference": _reference(model, pk),
            "collection": capfirst(str(model._meta.verbose_name)),
            "problems": [str(problem) for problem in problems],
            "receipts": [_receipt(each) for each in reversed(evidence.receipts)],
            "erase_url": self._erase_url(model, pk, evidence),
            "access_url": _access_url(_reference(model, pk)),
        }

    def _erase_url(self, model: type[Any], pk: int, evidence: Evidence) -> str:
        """ "" where there is nothing personal, or nothing any more, or no right to erase it."""
        may = policy_of(Erasure).may(self.request.user, ERASE)
        if not (may and collection_of(model).personal) or _is_forgotten(evidence):
            return ""
        return reverse("privacy_erase", args=(_reference(model, pk),))


def _reference(model: type[Any], pk: int) -> str:
    return str(model(pk=pk).reference)


def _is_forgotten(evidence: Evidence) -> bool:
    """Whether the newest version is the one by which everything was erased."""
    newest = evidence.rows[-1].version if evidence.rows else 0
    return any(each.last is None and each.version == newest for each in evidence.receipts)


def _facts(evidence: Evidence) -> dict[str, Any]:
    rows, seals = evidence.rows, sorted({item.seal for item in evidence.sealed})
    return {
        "versions": len(rows),
        "first": rows[0].values["history_date"] if rows else None,
        "newest": rows[-1].values["history_date"] if rows else None,
        "is_deleted": bool(rows) and rows[-1].type == DELETED,
        "sealed": len(evidence.sealed),
        "unsealed": max(0, len(rows) - len(evidence.sealed)),
        "seals": (seals[0], seals[-1]) if seals else None,
        "erased": sum(row.is_erased for row in rows),
    }


def _receipt(receipt: Erasure) -> dict[str, Any]:
    found = _collection(receipt.collection)
    reference = _reference(found, receipt.object_pk) if found else str(receipt.object_pk)
    return {
        "at": receipt.erased_at,
        "reference": reference,
        "url": f"{reverse('privacy')}?{urlencode({'nummer': reference})}",
        "span": (receipt.first, receipt.last) if receipt.last else None,
        "rows": receipt.rows,
        "rule": receipt.rule,
        "who": receipt.erased_by or receipt.actor_label,
        "digest": receipt.digest,
    }


def _collection(label: str) -> type[Any] | None:
    """None: its room has been taken out of the house since."""
    try:
        return model_of(label)
    except LookupError:
        return None


def _access_url(reference: str) -> str:
    return f"{reverse('history_accessevent_modeladmin_index')}?{urlencode({'q': reference})}"


def _is_proving() -> bool:
    at_work = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    tasks = DBTaskResult.objects.filter(task_path=prove_history.module_path, status__in=at_work)
    return bool(tasks.exists())


class ProveView(_ForDataProtection, View):
    """The whole history is verified by the worker: with many records it takes minutes."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_proving():
            prove_history.enqueue()
        messages.success(request, _("Die Prüfung ist bestellt. Diese Seite zeigt das Ergebnis."))
        return redirect("privacy")


class ErasureForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("Grund"), choices=[("", "–"), *Ground.choices], widget=forms.Select
    )
    file_number = forms.CharField(
        label=gettext_lazy("Aktenzeichen"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Zum Beispiel des Antrags. Bleibt für immer im Beleg: bitte keine Namen."
        ),
    )
    also = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    repeated = forms.CharField(
        label=gettext_lazy("Nummer zur Bestätigung"),
        help_text=gettext_lazy("Bitte die Nummer des Datensatzes noch einmal eingeben."),
    )

    def __init__(self, *args: Any, target: tuple[type[Any], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        self.referring = {each.reference: each for each in referring_to(*target)}
        field: Any = self.fields["also"]
        field.choices = [(reference, reference) for reference in self.referring]

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if by_reference(repeated) != self.target:
            raise forms.ValidationError(_("Das ist nicht die Nummer dieses Datensatzes."))
        return repeated

    @property
    def rule(self) -> str:
        """What the history and the receipt say."""
        said = str(Ground(self.cleaned_data["ground"]).label)
        number = self.cleaned_data["file_number"].strip()
        return (
            _("%(ground)s, Az. %(number)s") % {"ground": said, "number": number} if number else said
        )

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The boxes under the names of their collections."""
        found: dict[str, list[Any]] = {}
        for box in self["also"]:
            record = self.referring[str(box.data["value"])]
            found.setdefault(capfirst(str(record._meta.verbose_name_plural)), []).append(box)
        return list(found.items())


class EraseView(_ForDataProtection, TemplateView):
    """What will be gone is said first; the number has to be typed once more."""

    request: HttpRequest
    verb = ERASE
    template_name = "backoffice/privacy/erase.html"
    page_title = gettext_lazy("Personenbezogene Angaben löschen")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("privacy"), "label": str(PrivacyView.page_title)},
            {"url": "", "label": self.reference},
        ]

    @cached_property
    def target(self) -> tuple[type[Any], int]:
        found = by_reference(self.kwargs["reference"])
        if found is None or not collection_of(found[0]).personal:
            raise Http404
        return found

    @cached_property
    def reference(self) -> str:
        return _reference(*self.target)

    @property
    def _back(self) -> str:
        return f"{reverse('privacy')}?{urlencode({'nummer': self.reference})}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        model, pk = self.target
        evidence, _problems = proof_of(model, pk)
        if not evidence.rows:
            raise Http404
        kwargs.setdefault("form", ErasureForm(target=self.target))
        fields = (model._meta.get_field(name) for name in collection_of(model).personal)
        told = {
            **_facts(evidence),
            "reference": self.reference,
            "collection": capfirst(str(model._meta.verbose_name)),
            "labels": sorted(capfirst(str(field.verbose_name)) for field in fields),
            "forgotten": _is_forgotten(evidence),
            "cancel_url": self._back,
        }
        return super().get_context_data(**kwargs | told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ErasureForm(request.POST, target=self.target)
        context = self.get_context_data(form=form)
        if context["forgotten"]:
            return redirect(self._back)
        if not form.is_valid():
            return self.render_to_response(context, status=422)
        also = [form.referring[reference] for reference in form.cleaned_data["also"]]
        forget(*self.target, also=also, rule=form.rule)
        messages.success(
            request,
            _("%s: Personenbezogene Angaben gelöscht. Der Beleg steht hier.") % self.reference,
        )
        return redirect(self._back)
