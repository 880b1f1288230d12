"""Who edits the portal: page rights, the picture library, and the release by a colleague.

What is said in the portal's first language is released by a second person: editors may not publish
there, only hand in, and whoever handed in does not release. A translation of what was released is
published by the person who compared it. Offers, contacts, places, agencies, explained words and banners
can go either way: a wrong hour has to be corrected at once.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from access.roles import ROLES
from pages.build import Builder
from pages.models import (
    Agency,
    Alert,
    ContactPoint,
    CounsellingOffer,
    FourEyesTask,
    GlossaryTerm,
    Place,
)
from pages.writing import piece_id

PAGE_RIGHTS = ("add_page", "change_page", "lock_page")
TRANSLATION_RIGHTS = (*PAGE_RIGHTS, "publish_page")
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
            for codename in _rights_in(language):
                GroupPagePermission.objects.get_or_create(
                    group=group, page=home, permission=_permission("wagtailcore", codename)
                )
            WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": _workflow(group)})
            builder.remember("rights", "pages", language)
    if builder.is_due("rights", "library"):
        _library(group)
        builder.remember("rights", "library")
    if builder.is_due("rights", "four-eyes"):
        _four_eyes(group)
        builder.remember("rights", "four-eyes")
    if builder.is_due("rights", "glossary"):
        _release(_workflow(group), Agency, GlossaryTerm)
        builder.remember("rights", "glossary")


def _rights_in(language: str) -> tuple[str, ...]:
    return PAGE_RIGHTS if language == settings.LANGUAGE_CODE else TRANSLATION_RIGHTS


def _four_eyes(group: Group) -> None:
    """Brings what an earlier version set up to four eyes, once; later changes are the office's."""
    GroupPagePermission.objects.filter(
        group=group,
        page__translation_key=piece_id("page", "home"),
        page__locale__language_code=settings.LANGUAGE_CODE,
        permission=_permission("wagtailcore", "publish_page"),
    ).delete()
    workflow = _workflow(group)
    tasks = list(workflow.tasks)
    if not any(isinstance(task.specific, FourEyesTask) for task in tasks):
        WorkflowTask.objects.filter(workflow=workflow).delete()
        _add_step(workflow, group)
        for task in tasks:
            task.deactivate()
    _release(workflow, ContactPoint, Alert)


def _library(group: Group) -> None:
    root = Collection.get_first_root_node()
    for app_label, codenames in LIBRARY_RIGHTS.items():
        for codename in codenames:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=_permission(app_label, codename)
            )
    _release(_workflow(group), CounsellingOffer, Place)


def _release(workflow: Workflow, *models: type[Model]) -> None:
    """Lets these snippets be handed in for release."""
    for model in models:
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
        )


def _workflow(group: Group) -> Workflow:
    """One step: somebody else of the editors looks at it. Who that is, the office decides."""
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if created:
        _add_step(workflow, group)
    return workflow


def _add_step(workflow: Workflow, group: Group) -> None:
    task = FourEyesTask.objects.create(name=WORKFLOW)
    task.groups.add(group)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
