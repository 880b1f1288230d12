"""Who edits the portal: page rights, the picture library, and the release by a colleague."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
)

from access.roles import ROLES
from pages.build import Builder
from pages.models import CounsellingOffer, Place
from pages.writing import piece_id

PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "lock_page")
LIBRARY_RIGHTS = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}
WORKFLOW = "Freigabe durch die Redaktion"


def grant(builder: Builder) -> None:
    """Gives the editors' group its rights on each language's tree, once."""
    group, _created = Group.objects.get_or_create(name=ROLES["editor"].name)
    homes = Page.objects.filter(translation_key=piece_id("page", "home")).select_related("locale")
    for home in homes:
        language = home.locale.language_code
        if builder.is_due("rights", "pages", language):
            for codename in PAGE_RIGHTS:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=home, permission=_permission("wagtailcore", codename)
                )
            WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": _workflow(group)})
            builder.remember("rights", "pages", language)
    if builder.is_due("rights", "library"):
        _library(group)
        builder.remember("rights", "library")


def _library(group: Group) -> None:
    root = Collection.get_first_root_node()
    for app_label, codenames in LIBRARY_RIGHTS.items():
        for codename in codenames:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=_permission(app_label, codename)
            )
    for model in (CounsellingOffer, Place):
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model),
            defaults={"workflow": _workflow(group)},
        )


def _workflow(group: Group) -> Workflow:
    """One step: somebody of the editors looks at it. Who that is, the office decides."""
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if created:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        task.groups.add(group)
        workflow.workflow_tasks.create(task=task, sort_order=0)
    return workflow


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
