"""The guard of every view of a collection: who may not, meets what was never there."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property

from access.policy import RecordPolicy, policy_of
from backoffice import naming
from backoffice.purposes import purpose_of
from catalogue import Collection, Field, collection_of
from history.reading import record_access


class Guarded:
    """Mixin, first in the bases of every view of a collection (decision 5).

    The check is in `setup()`, before any view of Wagtail's gets to load anything, and the object
    comes from the policy and from nowhere else: foreign and absent are the same 404.
    """

    verb = "view"
    # Filled by the viewset, which sets only what a view already names.
    model: Any = None
    index_url_name = ""
    inspect_url_name = ""
    edit_url_name = ""
    delete_url_name = ""
    history_url_name = ""
    request: HttpRequest
    kwargs: dict[str, Any]
    # Wagtail's own model-level checks ask the same policy; the guard has answered already.
    permission_required = None
    any_permission_required: Any = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request, self.kwargs = request, kwargs
        if not self.policy.may(request.user, self.verb):
            self.note("denied", kwargs.get("pk"))
            raise Http404
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    @property
    def policy(self) -> RecordPolicy:
        return policy_of(self.model)

    @property
    def collection(self) -> Collection:
        return collection_of(self.model)

    @cached_property
    def visible_fields(self) -> list[Field]:
        """The fields this person may see, in declared order."""
        return self.policy.fields(self.request.user)

    def sees(self, name: str) -> bool:
        return any(field.name == name for field in self.visible_fields)

    def get_object(self, queryset: Any = None) -> Any:
        loaded = getattr(self, "object", None)
        if loaded is not None:
            return loaded
        try:
            return self.policy.get_or_404(self.request.user, self.kwargs["pk"], self.verb)
        except Http404:
            self.note("denied", self.kwargs["pk"])
            raise

    def note(self, action: str, pk: int | None = None, **detail: Any) -> None:
        """Write down that somebody read, or was turned away from, records about people.

        Also when the number is nobody's: what is written must not tell what exists.
        Opening one carries its purpose, as far as the way there tells it.
        """
        if self.collection.personal and self.request.user.is_authenticated:
            if action == "view":
                detail |= purpose_of(self.request, self.model, pk)
            record_access(action, self.model, object_pk=pk, detail=detail, user=self.request.user)

    def headline(self, record: Model) -> str:
        return naming.headline(record, self.request.user)

    def may(self, verb: str, record: Model | None = None) -> bool:
        """Whether to offer a button. The view behind it asks again."""
        if record is None:
            return self.policy.may(self.request.user, verb)
        return self.policy.user_has_permission_for_instance(self.request.user, verb, record)
