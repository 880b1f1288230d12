"""The blocks about people: who belongs to the household, and which papers they showed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from access.policy import policy_of
from cases.interviews import queries, reading
from cases.interviews.blocks import MergedBlock, NewRow, Slot, Values
from cases.interviews.forms import DocumentForm, MemberForm
from cases.models import DocumentCheck, IntakeInterview
from catalogue.folding import fold
from people.codes import Relation
from people.models import HouseholdMember, Person

_NAMES = ("family_name", "given_names", "sex", "birth_date", "birth_year", "birth_month")


def _with_nationality(person: Person, code: str) -> str:
    """The nationalities with `code` in place of the one the row shows; further ones stay."""
    field: Any = Person._meta.get_field("nationalities")
    stored = field.chosen(person.nationalities)
    if stored[:1] == [code]:
        return person.nationalities
    return str(field.joined([code, *stored[1:]] if code else stored[1:]))


class MemberBlock(MergedBlock):
    """Somebody of the household: their record, and what they are to it."""

    template = "cases/interviews/includes/member.html"

    def __init__(self, member: HouseholdMember, data: Any, *, is_contact: bool) -> None:
        person = member.person
        self.member, self.person, self.is_contact = member, person, is_contact
        prefix = f"m{member.pk}"
        slots = (Slot(person, *_NAMES, "nationalities"), Slot(member, "relation"))
        form = MemberForm(
            data,
            prefix=prefix,
            initial={
                "version": ".".join(str(slot.version) for slot in slots),
                **{name: getattr(person, name) for name in _NAMES[:3]},
                "birth": reading.birth_text(person),
                "nationality": next(iter(person.nationalities.split(",")), ""),
                "relation": member.relation,
            },
        )
        form.fields["family_name"].required = True
        form.fields["relation"].required = True
        super().__init__(prefix, form, *slots)

    def wanted(self) -> list[Values]:
        typed = self.form.cleaned_data
        person = {name: typed[name] for name in _NAMES[:3]} | typed["birth"]
        person["nationalities"] = _with_nationality(self.person, typed["nationality"])
        return [person, {"relation": typed["relation"]}]


class NewMemberBlock(NewRow):
    """The empty row at the end. Sent twice it is one person: the same names and birth are the same."""

    template = "cases/interviews/includes/new_member.html"

    def __init__(
        self, interview: IntakeInterview, members: list[HouseholdMember], data: Any
    ) -> None:
        self.interview, self.members = interview, members
        last = members[-1].person if members else interview.person
        form = MemberForm(
            data,
            prefix="m-new",
            initial={
                "version": "0",
                "family_name": last.family_name,
                "nationality": next(iter(last.nationalities.split(",")), ""),
            },
        )
        super().__init__("m-new", form)

    def store(self) -> None:
        if not self.sent or not self.form.is_valid():
            return
        typed = self.form.cleaned_data
        if not (typed["given_names"] or typed["person"]):
            return
        self.changed = True
        person = self._known(typed) or self._new(typed)
        if person is None or any(member.person_id == person.pk for member in self.members):
            return
        self._join(person, typed["relation"] or self._likely(person))

    def _known(self, typed: Values) -> Person | None:
        """Somebody chosen from those who may be meant, or who is in the household already."""
        if typed["person"]:
            seen: Any = policy_of(Person).visible(self._user).filter(pk=typed["person"])
            found: Person | None = seen.first()
            if found is None:
                self.form.add_error(None, _("Diese Person ist nicht mehr im Verzeichnis."))
            return found
        names = fold(f"{typed['given_names']} {typed['family_name']}")
        for member in self.members:
            person = member.person
            same = fold(f"{person.given_names} {person.family_name}") == names
            if same and all(getattr(person, n) == v for n, v in typed["birth"].items()):
                return person
        return None

    _user: Any = None  # who fills in the sheet; given by it

    def _new(self, typed: Values) -> Person | None:
        if typed["person"]:
            return None
        person = Person(
            unit=self.interview.unit,
            given_names=typed["given_names"],
            family_name=typed["family_name"] or self.interview.person.family_name,
            sex=typed["sex"],
            nationalities=typed["nationality"],
            languages=self.interview.language,
            **typed["birth"],
        )
        return person if self._made(person) else None

    def _join(self, person: Person, relation: str) -> None:
        member = HouseholdMember(
            household=self.interview.household,
            person=person,
            relation=relation,
            unit=self.interview.unit,
        )
        if self._made(member):
            self.members.append(member)

    def _likely(self, person: Person) -> str:
        """A child is the household's child, its first other adult the partner, until somebody says."""
        if queries.is_child_on(person, self.interview.held_on):
            return Relation.CHILD
        partners = any(member.relation == Relation.PARTNER for member in self.members)
        return Relation.RELATIVE if partners else Relation.PARTNER


def _named(persons: list[Person]) -> list[tuple[str, str]]:
    return [(str(person.pk), queries.name_of(person)) for person in persons]


class DocumentBlock(MergedBlock):
    template = "cases/interviews/includes/document.html"

    def __init__(self, document: DocumentCheck, persons: list[Person], data: Any) -> None:
        self.document = document
        prefix = f"d{document.pk}"
        slot = Slot(document, "valid_until", "result")
        day = document.valid_until
        form = DocumentForm(
            data,
            prefix=prefix,
            persons=_named(persons),
            initial={
                "version": str(slot.version),
                "valid_until": f"{day:%d.%m.%Y}" if day else "",
                "result": document.result,
            },
        )
        del form.fields["person"], form.fields["kind"]
        super().__init__(prefix, form, slot)

    def wanted(self) -> list[Values]:
        typed = self.form.cleaned_data
        return [{"valid_until": typed["valid_until"], "result": typed["result"] or "ok"}]

    def store(self) -> None:
        if self.sent and self.form.is_valid() and self.form.cleaned_data["remove"]:
            self.document.delete()
            self.changed = True
            return
        super().store()


class NewDocumentBlock(NewRow):
    """The empty row; it begins with whoever has shown nothing yet."""

    template = "cases/interviews/includes/new_document.html"

    def __init__(
        self,
        interview: IntakeInterview,
        persons: list[Person],
        documents: list[DocumentCheck],
        data: Any,
    ) -> None:
        self.interview, self.persons, self.documents = interview, persons, documents
        shown = {document.person_id for document in documents}
        waiting = next((p for p in persons if p.pk not in shown), persons[0])
        form = DocumentForm(
            data,
            prefix="d-new",
            persons=_named(persons),
            initial={"version": "0", "person": str(waiting.pk), "result": "ok"},
        )
        super().__init__("d-new", form)

    def store(self) -> None:
        if not self.sent or not self.form.is_valid() or not self.form.cleaned_data["kind"]:
            return
        typed = self.form.cleaned_data
        person = next(p for p in self.persons if str(p.pk) == typed["person"])
        self.changed = True
        kind = typed["kind"]
        if any(d.person_id == person.pk and d.kind == kind for d in self.documents):
            return  # sent twice
        self._made(
            DocumentCheck(
                interview=self.interview,
                person=person,
                kind=kind,
                valid_until=typed["valid_until"],
                result=typed["result"] or "ok",
                unit=self.interview.unit,
            )
        )
