""" "Perhaps already known": the keys follow every write, and the answer stays within reach."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.models import Membership
from history.actor import System, acting_as
from history.bulk import Change, remove, write
from history.erasure import erase
from history.models import AccessEvent
from people.models import Person, PersonKey
from people.queries import perhaps_known
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast
from tests.people.conftest import BORN, person

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def names(
    cast: Cast, family: str, given: str = "", role: str = "clearing", **born: Any
) -> list[str]:
    user = type(cast.people[role]).objects.get(pk=cast.people[role].pk)
    born = born or {"birth_date": BORN}
    found = perhaps_known(user=user, family_name=family, given_names=given, **born)
    return [each.person.family_name for each in found]


def test_the_keys_follow_every_way_of_writing(cast: Cast) -> None:
    ivanov = person(cast, "Ivanov", "Hristo")
    assert names(cast, "Iwanow", "Christo") == ["Ivanov"]
    with acting_as(System("Test")):
        ivanov.family_name = "Stoyanov"
        ivanov.save()
        assert names(cast, "Iwanow", "Christo") == []
        assert names(cast, "Stojanow", "Christo") == ["Stoyanov"]
        values = {"given_names": "Petar"}
        write(Person, change=[Change(ivanov.pk, ivanov.version, values)])
        assert names(cast, "Stoyanov", "Hristo", birth_year=1950) == []
        assert names(cast, "Stoyanov", "Petar") == ["Stoyanov"]
        new = Person(family_name="Groß", given_names="Anna", birth_date=BORN, unit=cast.house_a)
        write(Person, create=[new])
        assert names(cast, "Gross", "Anna") == ["Groß"]
        remove(Person, [new.pk])
        assert not PersonKey.objects.filter(person_id=new.pk).exists()
        erase(ivanov, rule="Löschfrist")
    assert not PersonKey.objects.exists()


def test_nobody_out_of_reach_is_named_and_no_single_word_is_enough(cast: Cast) -> None:
    person(cast, "Ivanova", "Maria", unit=cast.house_b)
    assert names(cast, "Ivanova", "Maria") == []
    mine = person(cast, "Ivanova", "Maria")
    assert names(cast, "Ivanova", "Maria") == ["Ivanova"]
    assert names(cast, "Ivanova", "", birth_date=None) == []
    assert names(cast, "Ivanova", "", birth_date=BORN) == ["Ivanova"]
    with acting_as(System("Test")):
        mine.merged_into = person(cast, "Ganz", "Anders")
        mine.save()
    assert names(cast, "Ivanova", "Maria") == []


def test_a_crowd_out_of_reach_does_not_stand_before_one_s_own(cast: Cast) -> None:
    """More namesakes than are ever judged, each sharing more keys than the one that may be seen."""
    mine = person(cast, "Ivanova", "Maria", None)
    given = {"family_name": "Ivanova", "given_names": "Maria", "unit": cast.house_b}
    client = signed_in(cast, "clearing")
    sent = {"family_name": "Iwanowa", "given_names": "Maria", "birth_date": "05.03.1987"}

    def asked() -> tuple[list[str], int]:
        with CaptureQueriesContext(connection) as queries:
            known = client.post(reverse("people:perhaps_known"), sent).json()["known"]
        return [each["url"] for each in known], len(queries)

    asked()
    before = asked()
    assert before[0] == [page(mine)]
    with acting_as(System("Test")):
        write(Person, create=[Person(**given, birth_date=BORN) for _ in range(620)])
    assert (
        PersonKey.objects.exclude(person=mine).count()
        > 620 * PersonKey.objects.filter(person=mine).count()
    )
    assert asked() == before
    theirs = cast.people["outreach"]
    Membership.objects.filter(user=theirs).update(unit=cast.house_b)
    found = perhaps_known(user=theirs, family_name="Iwanowa", given_names="Maria", birth_date=BORN)
    assert [known.person.unit_id for known in found] == [cast.house_b.pk] * 5


def test_the_endpoint_answers_by_post_and_logs_no_name(cast: Cast) -> None:
    ivanova = person(cast, "Ivanova", "Maria", birth_place="Sofia")
    url = reverse("people:perhaps_known")
    client = signed_in(cast, "clearing")
    sent = {"family_name": "Iwanowa", "given_names": "Maria", "birth_date": "05.03.1987"}
    (answer,) = client.post(url, sent).json()["known"]
    assert (answer["name"], answer["born"]) == ("Maria Ivanova", "05.03.1987")
    assert (answer["url"], answer["why"]) == (
        page(ivanova),
        "ähnlicher Name, gleiches Geburtsdatum",
    )
    # Half typed, partial, nonsense: never a fault.
    for born in ("00.03.1987", "1987", "05.03.", "gestern", ""):
        found = client.post(url, sent | {"birth_date": born}).json()["known"]
        assert [each["name"] for each in found] == ["Maria Ivanova"], born
    own = client.post(url, sent | {"but": ivanova.pk}).json()
    assert own == {"known": []}
    assert client.post(url, {}).json() == {"known": []}
    assert client.get(url).status_code == 405
    event = AccessEvent.objects.filter(action="search").earliest("pk")
    assert (event.collection, event.object_pk) == ("people.person", None)
    assert event.detail == {"screen": "perhaps_known", "count": 1}
    logged = json.dumps(list(AccessEvent.objects.values()), default=str)
    assert "vanov" not in logged
    assert "anow" not in logged
    assert signed_in(cast, "inspection").post(url, sent).status_code == 404


def test_the_number_of_queries_does_not_grow(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for place in range(12):
        person(cast, "Ivanova", f"Maria {'abcdefghijkl'[place] * 3}")
    user = cast.people["clearing"]
    with django_assert_max_num_queries(5):  # two for the rights, three for the answer
        assert len(perhaps_known(user=user, family_name="Ivanova", given_names="Maria")) == 5
