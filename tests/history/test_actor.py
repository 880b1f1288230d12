from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from access.models import OrganisationalUnit, User
from buildings.models import Building
from history.actor import NoActor, Source, System, acting_as, because, current_actor
from history.middleware import ActorMiddleware
from tests.history.conftest import new_building


def test_without_an_actor_nothing_is_written(unit: OrganisationalUnit) -> None:
    with pytest.raises(NoActor, match="wer hier handelt"):
        new_building(unit).save()
    assert not Building.objects.exists()
    assert not Building.history.exists()


def test_a_nested_actor_replaces_the_outer_one_and_gives_way_again(anna: User) -> None:
    with acting_as(anna, because="außen", source=Source.FORM, request_id="a" * 32):
        with acting_as(System("Löschfristen"), because="innen", origin="job:1"):
            inner = current_actor()
            assert (inner.user_id, inner.label) == (None, "Löschfristen")
            assert (inner.reason, inner.origin, inner.source) == ("innen", "job:1", Source.COMMAND)
            assert inner.request_id == "a" * 32
        outer = current_actor()
        assert (outer.user_id, outer.reason, outer.source) == (anna.pk, "außen", Source.FORM)
    with pytest.raises(NoActor):
        current_actor()


def test_an_error_inside_restores_the_outer_actor(anna: User) -> None:
    with acting_as(anna):
        with pytest.raises(ZeroDivisionError), acting_as(System("Dienst")):
            1 / 0  # noqa: B018
        assert current_actor().user_id == anna.pk


@pytest.mark.parametrize("nobody", [AnonymousUser(), None, System(" "), User(username="unsaved")])
def test_nobody_is_no_actor(nobody: Any) -> None:
    with pytest.raises(NoActor), acting_as(nobody):
        pass


def respond(request: Any, view: Any) -> HttpResponse:
    return ActorMiddleware(view)(request)


def test_a_signed_in_request_writes_under_its_person_and_request_id(
    unit: OrganisationalUnit, anna: User
) -> None:
    request = RequestFactory().post("/admin/")
    request.user = anna

    def view(request: Any) -> HttpResponse:
        with because("Begehung am Montag"):
            new_building(unit).save()
        return HttpResponse()

    response = respond(request, view)
    row = Building.history.get()
    assert row.history_user == anna
    assert (row.history_source, row.history_change_reason) == ("form", "Begehung am Montag")
    assert row.history_request_id == request.request_id == response["X-Request-ID"]


def test_two_requests_have_two_ids(anna: User) -> None:
    ids = {
        respond(RequestFactory().get("/"), lambda r: HttpResponse())["X-Request-ID"] for _ in "ab"
    }
    assert len(ids) == 2


def test_an_anonymous_request_writes_nothing(unit: OrganisationalUnit) -> None:
    request = RequestFactory().post("/")
    request.user = AnonymousUser()

    def view(request: Any) -> HttpResponse:
        new_building(unit).save()
        return HttpResponse()

    with pytest.raises(NoActor):
        respond(request, view)
    assert not Building.objects.exists()


def test_a_request_that_writes_nothing_never_asks_who_it_is() -> None:
    class NeverAsked:
        method = "GET"

        @property
        def user(self) -> Any:
            raise AssertionError("a public page must not open a session")

    assert respond(NeverAsked(), lambda request: HttpResponse()).status_code == 200
