"""Being done with a task or deadline by one click, and taking that back by one more."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages

from access.policy import policy_of
from agenda.actions import TASK_STEPS
from workflow import Refused, Steps


class QuickStepView(View):
    """One step of a task or deadline, by POST, without a dialogue.

    Foreign and absent records are the same 404. `kind`: how the start page's address names what was
    done, so that it can offer the way back; empty for the way back itself. `next` in the form leads
    elsewhere on this site.
    """

    http_method_names = ["post"]
    steps: Steps = TASK_STEPS
    verb = ""
    kind = ""

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        right = self.steps.table[self.verb].right
        record = policy_of(self.steps.model).get_or_404(request.user, pk, right)
        try:
            self.steps.perform(record, self.verb, user=request.user)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(self._way_back(request))
        except PermissionDenied:
            raise Http404 from None
        if not self.kind:
            messages.success(request, _("%(reference)s ist wieder offen.") % {"reference": record})
        return redirect(self._way_back(request, done=f"{self.kind}:{pk}" if self.kind else ""))

    def _way_back(self, request: HttpRequest, done: str = "") -> str:
        target = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            if done:
                messages.success(request, _("Erledigt."))
            return target
        home = reverse("wagtailadmin_home")
        return f"{home}?erledigt={done}" if done else home
