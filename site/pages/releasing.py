"""What happens at the end of a workflow. Wagtail imports this before its models are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wagtail.models import WorkflowState


def publish_released(workflow_state: WorkflowState, user: Any = None) -> None:
    """Publishes (WAGTAIL_FINISH_WORKFLOW_ACTION). The release itself is the right to do so:
    whoever released need not be allowed to publish alone."""
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
