"""One method decides; everything else must agree with it."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from access.models import Share
from access.policy import policy_of, reach_of
from buildings.models import Building
from inspections.models import Inspection
from people.models import Person
from tests import golden
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


def fresh(user):
    """The person as the next request finds them: nothing remembered."""
    return type(user).objects.get(pk=user.pk)


def test_a_unit_sees_its_own_and_what_is_shared_with_it(cast):
    seen = set(policy_of(Person).visible(cast.people["clearing"]))
    assert seen == {cast.records[Person, "own"], cast.records[Person, "shared"]}


def test_scope_all_sees_foreign_units_too(cast):
    assert policy_of(Building).visible(cast.people["clearing"]).count() == 3


def test_who_is_not_named_sees_nothing(cast):
    assert not policy_of(Person).may(cast.people["inspection"], "view")
    assert policy_of(Person).visible(cast.people["inspection"]).count() == 0


def test_help_and_enforcement_do_not_see_each_other(cast):
    for role in ("clearing", "outreach", "school_team"):
        assert not policy_of(Inspection).may(cast.people[role], "view")


def test_nobody_signed_in_sees_nothing(cast):
    assert not policy_of(Building).may(AnonymousUser(), "view")


def test_a_deactivated_account_sees_nothing(cast):
    user = fresh(cast.people["clearing"])
    user.is_active = False
    assert not policy_of(Person).may(user, "view")


def test_a_superuser_has_no_reach_of_their_own(cast, django_user_model):
    root = django_user_model.objects.create_superuser("root", password="correct horse battery")
    assert not policy_of(Person).may(root, "view")
    assert policy_of(Building).visible(root).count() == 0


def test_a_foreign_record_is_as_absent_as_one_that_never_was(cast):
    foreign = cast.records[Person, "foreign"]
    for pk in (foreign.pk, 999_999, "x", None, 10**30):
        with pytest.raises(Http404):
            policy_of(Person).get_or_404(cast.people["clearing"], pk)


def test_a_share_ends_on_its_day(cast):
    Share.objects.filter(collection="people.person").update(
        until=timezone.localdate() - datetime.timedelta(days=1)
    )
    user = fresh(cast.people["clearing"])
    assert list(policy_of(Person).visible(user)) == [cast.records[Person, "own"]]


def test_a_share_to_look_at_is_no_share_to_change(cast):
    Share.objects.filter(collection="people.person").update(may_change=False)
    user = fresh(cast.people["clearing"])
    assert policy_of(Person).visible(user, "view").count() == 2
    assert policy_of(Person).visible(user, "change").count() == 1


def test_a_share_opens_nothing_to_a_role_without_the_right(cast):
    assert policy_of(Person).visible(cast.people["inspection"]).count() == 0


def test_a_share_is_never_a_right_to_delete_or_share_on(cast):
    assert policy_of(Person).visible(cast.people["clearing"], "share").count() == 1


def test_a_hidden_field_is_hidden_from_who_lacks_its_right(cast):
    names = {field.name for field in policy_of(Person).fields(cast.people["register_office"])}
    assert "note" not in names
    assert "family_name" in names


def test_wagtails_questions_get_the_same_answers(cast):
    policy, user = policy_of(Person), cast.people["clearing"]
    for relation, expected in (("own", True), ("shared", True), ("foreign", False)):
        record = cast.records[Person, relation]
        assert policy.user_has_permission_for_instance(user, "change", record) is expected
    assert policy.instances_user_has_any_permission_for(user, ["view", "change"]).count() == 2
    assert policy_of(Building).instances_user_has_any_permission_for(user, ["view"]).count() == 3


def test_asking_costs_two_queries_per_request_however_often(cast, django_assert_num_queries):
    user = fresh(cast.people["clearing"])
    with django_assert_num_queries(2):
        for _ in range(50):
            policy_of(Person).may(user, "view")
            policy_of(Building).may(user, "change")
    assert reach_of(user).unit_ids == [cast.house_a.pk]


def test_the_table_of_rights_is_the_reviewed_one(capsys):
    """Every change of a right shows as a changed line of tests/golden/roles.txt."""
    call_command("sync_roles", "--table")
    golden.check("roles.txt", capsys.readouterr().out)
