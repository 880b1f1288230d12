"""Taking a step: one change with its reason, or a refusal that says why and writes nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from buildings.models import Building
from history.actor import System
from tests.cast import Cast
from workflow import Refused, Step, Steps, Transition

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

TABLE = (
    Transition(
        verb="find_defects",
        label="Mängel feststellen",
        sources=("sound",),
        target="defects",
        sets=("checked_on", "storeys"),
        requires=("checked_on",),
    ),
    Transition(
        verb="give_up",
        label="Aufgeben",
        sources=("defects",),
        target="derelict",
        right="delete",
        reason=True,
    ),
    Transition(verb="look", label="Ansehen", sources=("sound", "defects")),
)


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


@pytest.fixture
def house(cast: Cast) -> Building:
    return cast.records[Building, "own"]


def steps(**given: object) -> Steps:
    return Steps(Building, "condition", TABLE, **given)  # type: ignore[arg-type]


def stored(house: Building) -> tuple[str, int]:
    fresh = Building.objects.get(pk=house.pk)
    return fresh.condition, fresh.version


def test_a_step_is_one_change_with_its_source_reason_and_origin(cast, house):
    inspector = cast.people["inspection"]
    done = steps().perform(
        house, "find_defects", user=inspector, reason="Begehung", data={"checked_on": "2026-05-04"}
    )
    assert (done.condition, done.version) == ("defects", 2)
    row = Building.history.filter(id=house.pk).latest("version")
    assert (row.version, row.history_user, row.history_source, row.history_change_reason) == (
        2,
        inspector,
        "transition",
        "Begehung",
    )
    assert row.history_origin == f"buildings.building:{house.pk}:find_defects"


def test_a_step_that_does_not_start_here_is_refused_with_both_named(cast, house):
    with pytest.raises(Refused) as refusal:
        steps().perform(house, "give_up", user=cast.people["inspection"], reason="x")
    assert refusal.value.messages == [
        f"„Aufgeben“ geht nicht im Stand „ohne erkennbare Mängel“ ({house.reference})."
    ]
    assert stored(house) == ("sound", 1)


def test_the_right_of_the_step_is_asked_not_that_of_the_form(cast, house):
    """The data office changes buildings; deleting is the inspectors' alone, and so is this step."""
    table = steps()
    table.perform(house, "look", user=cast.people["data_office"])
    table.perform(house, "find_defects", user=System("Test"), data={"checked_on": "2026-05-04"})
    with pytest.raises(PermissionDenied):
        table.perform(house, "give_up", user=cast.people["data_office"], reason="x")
    assert stored(house)[0] == "defects"


def test_a_bar_keeps_one_person_out_and_leaves_the_step_to_others(cast, house):
    drafter = cast.people["inspection"]
    barred = steps(bars={"look": lambda r, u: "Sie haben entworfen." if u == drafter else ""})
    with pytest.raises(PermissionDenied, match="Sie haben entworfen."):
        barred.perform(house, "look", user=drafter)
    assert [offer.transition.verb for offer in barred.offers(house, drafter)] == ["find_defects"]
    barred.perform(house, "look", user=cast.people["data_office"])


def test_offering_asks_for_a_right_once(cast, house, django_assert_num_queries):
    inspector = cast.people["inspection"]
    table = steps()
    list(table.offers(house, inspector))  # the person's roles are known now
    with django_assert_num_queries(1):
        assert [o.transition.verb for o in table.offers(house, inspector)] == [
            "find_defects",
            "look",
        ]


def test_what_stands_against_a_step_is_named_before_and_when_it_is_tried(cast, house):
    held = steps(guards={"look": lambda record: ["Zwei Mängel sind offen.", "Die Akte fehlt."]})
    inspector = cast.people["inspection"]
    offers = {o.transition.verb: o.against for o in held.offers(house, inspector)}
    assert offers == {"find_defects": [], "look": ["Zwei Mängel sind offen.", "Die Akte fehlt."]}
    for who in (inspector, System("Uhr")):
        with pytest.raises(Refused) as refusal:
            held.perform(house, "look", user=who)
        assert refusal.value.messages == ["Zwei Mängel sind offen.", "Die Akte fehlt."]


def test_a_missing_reason_and_a_missing_field_are_asked_for(cast, house):
    inspector = cast.people["inspection"]
    with pytest.raises(Refused, match="Es fehlt noch: Zuletzt geprüft am."):
        steps().perform(house, "find_defects", user=inspector, data={"checked_on": None})
    steps().perform(house, "find_defects", user=inspector, data={"checked_on": "2026-05-04"})
    with pytest.raises(Refused, match="Bitte einen Grund angeben."):
        steps().perform(house, "give_up", user=inspector, reason="  ")


def test_a_value_the_field_refuses_writes_nothing(cast, house):
    with pytest.raises(ValidationError):
        steps().perform(
            house,
            "find_defects",
            user=cast.people["inspection"],
            data={"checked_on": "2026-05-04", "storeys": 61},
        )
    assert stored(house) == ("sound", 1)


def test_a_field_the_step_does_not_ask_for_cannot_be_slipped_in(cast, house):
    street = house.street
    steps().perform(
        house, "look", user=cast.people["inspection"], data={"street": "Fremder Weg", "note": "x"}
    )
    assert Building.objects.get(pk=house.pk).street == street


def test_the_effect_shares_the_fate_of_the_step(cast, house):
    seen: list[Step] = []

    def note(step: Step) -> None:
        seen.append(step)
        step.record.note = f"vorher {step.source}, {step.data['word']}"

    steps(effects={"look": note}).perform(
        house, "look", user=cast.people["inspection"], data={"word": "hallo"}
    )
    assert Building.objects.get(pk=house.pk).note == "vorher sound, hallo"

    def fail(step: Step) -> None:
        other = Building.objects.get(pk=cast.records[Building, "shared"].pk)
        other.note = "halb geschrieben"
        other.save()
        raise Refused(["Das Register antwortet nicht."])

    with pytest.raises(Refused):
        steps(effects={"look": fail}).perform(house, "look", user=cast.people["inspection"])
    assert not Building.objects.filter(note="halb geschrieben").exists()


def test_a_table_that_cannot_be_meant_does_not_load():
    with pytest.raises(ValueError, match="look stands twice"):
        Steps(Building, "condition", (TABLE[2], TABLE[2]))
    with pytest.raises(ValueError, match="no step issue"):
        steps(guards={"issue": lambda record: []})
