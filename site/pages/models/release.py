"""Four eyes: what one person wrote, another person releases."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState


class FourEyesTask(AbstractGroupApprovalTask):
    """A step of a workflow that anybody of the groups may decide but who submitted it."""

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        if _submitted_by(obj, user):
            return []
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        return actions

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user)

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Refuses once more what the buttons do not offer: an address can be typed."""
        if action_name == "approve" and task_state.workflow_state.requested_by_id == user.pk:
            return
        super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> Any:
        return _("Jemand anderes aus den gewählten Gruppen gibt frei, nie wer es eingereicht hat.")

    class Meta:
        verbose_name = _("Freigabe zu zweit")
        verbose_name_plural = _("Freigaben zu zweit")


def _submitted_by(obj: Any, user: Any) -> bool:
    state = obj.current_workflow_state
    return state is not None and state.requested_by_id == user.pk
