"""The verbs of papers: versions of the wording begun and released; papers frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Carrier, OrganisationalUnit
from access.roles import ROLES
from history.actor import System, acting_as
from history.bulk import Change, write
from history.recorded import Recorded
from papers import files
from papers.models import IssuedPaper, PaperTemplate, State
from papers.models.letterhead import head_of
from papers.queries import current_version
from papers.registry import DELIVERED_IN, Paper, paper_of, papers
from papers.rendering import no_wording, render
from papers.rules import VERSION
from workflow import Step, Steps

_KEEPER = "administrator"


def freeze(
    *,
    owner: Recorded,
    code: str,
    context: Mapping[str, Any],
    at: datetime,
    language: str = DELIVERED_IN,
    subjects: Iterable[models.Model] = (),
) -> IssuedPaper:
    """Make the paper as it is now and keep it, for ever the same. The actor in force issues it.

    `owner`: the stored record it belongs to; its unit gives the letterhead. `subjects`: further
    records whose personal data are in it (addressee, residents): erasing one erases the paper.
    Raises PaperError, in German, when it cannot be made; nothing is stored then.
    """
    template = version_in_use(code, language)
    head = head_of(owner.unit_id, timezone.localdate(at))
    rendered = render(template, context, at=at, letterhead=head)
    snapshot = {"context": context, "letterhead": head.values() if head else {}}
    with transaction.atomic():
        paper = IssuedPaper(
            unit_id=owner.unit_id,
            code=code,
            template=template,
            language=language,
            owner_label=owner._meta.label_lower,
            owner_pk=owner.pk,
            issued_at=at,
            title=rendered.title[:400],
            context=json.dumps(snapshot, cls=DjangoJSONEncoder, ensure_ascii=False),
            subjects=named(subjects),
            sha256=rendered.sha256,
            size=len(rendered.pdf),
            stored_as=files.store(rendered.pdf),
        )
        try:
            paper.full_clean()
            paper.save()
        except BaseException:
            files.remove(paper.stored_as)
            raise
    return paper


def hand_over(paper: IssuedPaper, owner: models.Model) -> None:
    """Let the paper belong to the record that goes on for its owner, of the same collection.

    What was issued stays as it is, whom it speaks of too. The actor in force; one history row.
    """
    write(IssuedPaper, change=[Change(paper.pk, paper.version, {"owner_pk": owner.pk})])


def named(subjects: Iterable[models.Model]) -> str:
    """ " buildings.party:12 people.person:3 ": each between spaces, to be found whole."""
    names = sorted({f"{subject._meta.label_lower}:{subject.pk}" for subject in subjects})
    return f" {' '.join(names)} " if names else ""


def version_in_use(code: str, language: str = DELIVERED_IN) -> PaperTemplate:
    """The version in use; the delivered one is laid down if the paper has none yet."""
    paper = paper_of(code)
    if language in paper.languages and current_version(code, language) is None:
        _lay_down(paper, language)
    template = current_version(code, language)
    if template is None:
        raise no_wording(paper, language)
    return template


def lay_down_wordings() -> int:
    """Version 1 of every paper and language that never had a version. Safe to repeat.

    Returns how many.
    """
    return sum(_lay_down(paper, language) for paper in papers() for language in paper.languages)


@transaction.atomic
def _lay_down(paper: Paper, language: str) -> bool:
    if PaperTemplate.history.filter(code=paper.code, language=language).exists():
        return False
    title, text = paper.delivered_in(language)
    keeper, _made = OrganisationalUnit.objects.get_or_create(
        code=_KEEPER, defaults={"name": ROLES[_KEEPER].name, "carrier": Carrier.CITY}
    )
    template = PaperTemplate(
        unit=keeper,
        code=paper.code,
        language=language,
        number=1,
        title=title,
        text=text,
        change_note=_("Wortlaut, mit dem eine Installation beginnt"),
        state=State.CURRENT,
    )
    template.full_clean()
    with acting_as(System("Auslieferung"), because="Wortlaut, mit dem eine Installation beginnt"):
        template.save()
    return True


@transaction.atomic
def begin_version(template: PaperTemplate) -> PaperTemplate:
    """A draft of the next version, with the wording of `template`; the open draft if there is one."""
    same = PaperTemplate.objects.select_for_update().filter(
        code=template.code, language=template.language
    )
    found = {version.state: version for version in same.order_by("number")}
    if State.DRAFT in found:
        return found[State.DRAFT]
    draft = PaperTemplate(
        unit_id=template.unit_id,
        code=template.code,
        language=template.language,
        title=template.title,
        text=template.text,
    )
    draft.full_clean()
    draft.save()
    return draft


def wrote_in(template: PaperTemplate, user: Any) -> bool:
    """Whether the person made or changed this version at any time."""
    rows = PaperTemplate.history.filter(id=template.pk, history_user_id=user.pk)
    return bool(rows.exists())


def _own_hand(template: PaperTemplate, user: Any) -> str:
    if wrote_in(template, user):
        return _("Freigeben kann nur, wer an dieser Version nicht mitgeschrieben hat.")
    return ""


def _supersede(step: Step) -> None:
    record = step.record
    before = PaperTemplate.objects.select_for_update().filter(
        code=record.code, language=record.language, state=State.CURRENT
    )
    for current in before:
        current.state = State.RETIRED
        current.save()
    record.released_at = step.at
    if step.person is not None:
        record.released_by = step.person


VERSION_STEPS = Steps(
    PaperTemplate,
    "state",
    VERSION,
    bars={"release": _own_hand},
    effects={"release": _supersede},
)
