"""The administration keeps accounts, sees every change of rights in the log, and cannot do it alone
to itself."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from access import actions
from access.models import OrganisationalUnit, User
from access.roles import ROLES

pytestmark = pytest.mark.django_db

KEEPING = ("access.add_user", "access.change_user", "access.view_user")
LIST = "/admin/users/"


def role(code: str) -> Group:
    return Group.objects.get(name=ROLES[code].name)


def person(name: str, code: str) -> User:
    user = User.objects.create_user(name, password="Fenster-Regen-Tasse-9")
    user.groups.add(role(code))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def roles() -> None:
    call_command("sync_roles", verbosity=0)


@pytest.fixture
def units() -> list[OrganisationalUnit]:
    return [
        OrganisationalUnit.objects.create(code=code, name=name, carrier="city")
        for code, name in (("a", "Haus A"), ("b", "Haus B"), ("c", "Haus C"))
    ]


@pytest.fixture
def keeper() -> User:
    """From the Systemverwaltung."""
    user = person("s.verwalter", "administrator")
    for name in KEEPING:
        app, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    memberships = list(user.memberships.order_by("pk")) if user.pk else []
    return {
        "username": user.username,
        "first_name": user.first_name or "Mara",
        "last_name": user.last_name or "Muster",
        "email": user.email,
        "is_active": "on",
        "roles": [group.pk for group in user.groups.all()],
        "main_unit": memberships[0].unit_id if memberships else "",
        "other_units": [m.unit_id for m in memberships[1:]],
    } | changes


def logged(user: User, action: str) -> list[dict[str, Any]]:
    entries = ModelLogEntry.objects.filter(object_id=str(user.pk), action=action)
    return [entry.data for entry in entries.order_by("pk")]


def test_an_account_is_made_with_role_and_unit(
    keeper: User, units: list[OrganisationalUnit]
) -> None:
    response = signed_in(keeper).post(
        f"{LIST}new/",
        {
            "username": "n.neu",
            "first_name": "Nele",
            "last_name": "Neu",
            "email": "",
            "password1": "Fenster-Regen-Tasse-9",
            "password2": "Fenster-Regen-Tasse-9",
            "roles": [role("clearing").pk],
            "main_unit": units[1].pk,
            "other_units": [units[0].pk],
        },
    )
    assert response.status_code == 302
    user = User.objects.get(username="n.neu")
    assert not user.is_superuser
    assert [m.unit.code for m in user.memberships.all()] == ["b", "a"]
    assert logged(user, actions.ROLES_CHANGED) == [{"given": ["Clearingstelle"], "taken": []}]
    assert logged(user, actions.UNITS_CHANGED) == [
        {"given": ["Haus A", "Haus B"], "taken": [], "main": "Haus B"}
    ]
    entry = ModelLogEntry.objects.get(object_id=str(user.pk), action=actions.ROLES_CHANGED)
    assert entry.user == keeper


def test_a_new_account_signs_in(keeper: User, units: list[OrganisationalUnit]) -> None:
    test_an_account_is_made_with_role_and_unit(keeper, units)
    client = Client()
    client.post("/konto/anmelden/", {"login": "n.neu", "password": "Fenster-Regen-Tasse-9"})
    assert client.get("/admin/").status_code == 200


def test_every_change_of_role_is_in_the_log_and_on_screen(keeper: User) -> None:
    user = person("m.muster", "clearing")
    client = signed_in(keeper)
    client.post(f"{LIST}edit/{user.pk}/", form_of(user, roles=[role("inspection").pk]))
    assert logged(user, actions.ROLES_CHANGED) == [
        {"given": ["Wohnraumkontrolle"], "taken": ["Clearingstelle"]}
    ]
    page = client.get(f"{LIST}history/{user.pk}/").content.decode()
    assert "Rollen geändert: + Wohnraumkontrolle, − Clearingstelle" in page


def test_saving_without_a_change_of_rights_logs_none(
    keeper: User, units: list[OrganisationalUnit]
) -> None:
    user = person("m.muster", "clearing")
    actions.assign_units(user, main=units[0], others=[units[1]], by=None)
    ModelLogEntry.objects.all().delete()
    before = list(user.memberships.values_list("pk", flat=True))
    signed_in(keeper).post(f"{LIST}edit/{user.pk}/", form_of(user))
    assert logged(user, actions.ROLES_CHANGED) == logged(user, actions.UNITS_CHANGED) == []
    assert list(user.memberships.values_list("pk", flat=True)) == before


def test_a_new_main_unit_comes_first(keeper: User, units: list[OrganisationalUnit]) -> None:
    user = person("m.muster", "clearing")
    actions.assign_units(user, main=units[0], others=[units[1]], by=None)
    signed_in(keeper).post(
        f"{LIST}edit/{user.pk}/",
        form_of(user, main_unit=units[1].pk, other_units=[units[0].pk, units[2].pk]),
    )
    assert [m.unit.code for m in user.memberships.all()] == ["b", "a", "c"]


def test_nobody_gives_themselves_a_role_a_unit_or_a_password_past_the_old_one(
    keeper: User, units: list[OrganisationalUnit]
) -> None:
    client = signed_in(keeper)
    page = client.get(f"{LIST}edit/{keeper.pk}/").content.decode()
    assert 'name="roles"' not in page
    assert "ändert eine andere Person" in page
    client.post(
        f"{LIST}edit/{keeper.pk}/",
        form_of(
            keeper,
            roles=[role("clearing").pk, role("administrator").pk],
            main_unit=units[0].pk,
            password1="Ganz-Anders-12345",
            password2="Ganz-Anders-12345",
            is_superuser="on",
        ),
    )
    keeper.refresh_from_db()
    assert [group.name for group in keeper.groups.all()] == ["Systemverwaltung"]
    assert not keeper.memberships.exists()
    assert keeper.check_password("Fenster-Regen-Tasse-9")
    assert not keeper.is_superuser


def test_a_right_put_into_the_table_by_hand_gives_nothing(keeper: User) -> None:
    """Rights come from roles, which are in the log; one given past them would be in none."""
    found = Permission.objects.get(codename="delete_user")
    keeper.user_permissions.add(found)
    again = User.objects.get(pk=keeper.pk)
    assert again.has_perm("access.change_user")
    assert not again.has_perm("access.delete_user")


def test_no_form_makes_a_superuser(keeper: User) -> None:
    user = person("m.muster", "clearing")
    client = signed_in(keeper)
    assert "is_superuser" not in client.get(f"{LIST}edit/{user.pk}/").content.decode()
    client.post(f"{LIST}edit/{user.pk}/", form_of(user, is_superuser="on"))
    user.refresh_from_db()
    assert not user.is_superuser


def test_closing_an_account_and_setting_a_password_are_logged(keeper: User) -> None:
    user = person("m.muster", "clearing")
    theirs = signed_in(user)
    changes = form_of(user, password1="Ganz-Anders-12345", password2="Ganz-Anders-12345")
    del changes["is_active"]
    signed_in(keeper).post(f"{LIST}edit/{user.pk}/", changes)
    assert len(logged(user, actions.PASSWORD_SET)) == 1
    assert len(logged(user, actions.CLOSED)) == 1
    assert theirs.get("/admin/").status_code == 302


def test_a_name_that_differs_only_in_capitals_is_refused(keeper: User) -> None:
    person("m.muster", "clearing")
    other = person("a.andere", "clearing")
    page = signed_in(keeper).post(f"{LIST}edit/{other.pk}/", form_of(other, username="M.Muster"))
    assert "Diesen Benutzernamen gibt es schon." in page.content.decode()


def test_an_account_without_a_role_is_refused_in_words(keeper: User) -> None:
    user = person("m.muster", "clearing")
    page = signed_in(keeper).post(f"{LIST}edit/{user.pk}/", form_of(user, roles=[]))
    assert "Bitte wählen Sie mindestens eine Rolle." in page.content.decode()


@pytest.mark.parametrize("code", sorted(set(ROLES) - {"administrator"}))
def test_no_other_role_keeps_accounts(code: str) -> None:
    user = person("m.muster", code)
    client = signed_in(user)
    other = person("a.andere", "clearing")
    for path in (f"{LIST}new/", f"{LIST}edit/{other.pk}/", f"{LIST}second-factor/{other.pk}/"):
        assert client.get(path)["Location"] == "/admin/", path
        assert client.post(path, form_of(other))["Location"] == "/admin/", path
    other.refresh_from_db()
    assert [group.name for group in other.groups.all()] == ["Clearingstelle"]


def boss() -> User:
    return User.objects.create_superuser("root", password="Fenster-Regen-Tasse-9")


def test_nobody_deletes_or_copies_an_account_and_nobody_edits_roles() -> None:
    """Not even a superuser: history names accounts, and roles come from the declarations."""
    user = person("m.muster", "clearing")
    client = signed_in(boss())
    for path in (f"{LIST}delete/{user.pk}/", f"{LIST}copy/{user.pk}/", f"{LIST}usage/{user.pk}/"):
        assert client.get(path).status_code == client.post(path).status_code == 404, path
    group = role("clearing")
    for path in (
        "/admin/groups/",
        "/admin/groups/new/",
        f"/admin/groups/edit/{group.pk}/",
        f"/admin/groups/delete/{group.pk}/",
    ):
        assert client.get(path)["Location"] == "/admin/", path
        assert client.post(path, {"name": "x"})["Location"] == "/admin/", path
    assert User.objects.filter(pk=user.pk).exists()
    assert role("clearing") == group


@pytest.mark.parametrize("action", ["delete", "assign_role", "set_active_state"])
def test_bulk_actions_on_accounts_do_not_exist(action: str) -> None:
    user = person("m.muster", "clearing")
    client = signed_in(boss())
    path = f"/admin/bulk/access/user/{action}/?next=/admin/&id={user.pk}&id=all"
    assert client.get(path).status_code == 404
    assert client.post(path, {"role": role("administrator").pk}).status_code == 404
    assert "bulk-actions.js" not in client.get(LIST).content.decode()


def test_a_lost_second_factor_is_reset_by_somebody_else_and_logged(keeper: User) -> None:
    user = person("m.muster", "clearing")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    theirs = signed_in(user)
    client = signed_in(keeper)
    path = f"{LIST}second-factor/{user.pk}/"
    assert path in client.get(f"{LIST}edit/{user.pk}/").content.decode()
    assert "alle Sitzungen enden" in client.get(path).content.decode()
    client.post(path)
    assert not Authenticator.objects.filter(user=user).exists()
    assert len(logged(user, actions.SECOND_FACTOR_RESET)) == 1
    assert theirs.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_nobody_resets_their_own_second_factor(keeper: User) -> None:
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = signed_in(keeper)
    assert client.post(f"{LIST}second-factor/{keeper.pk}/")["Location"] == "/admin/"
    assert Authenticator.objects.filter(user=keeper).exists()


def test_the_command_line_resets_the_last_administrators_second_factor(keeper: User) -> None:
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "x"})
    call_command("reset_second_factor", "S.Verwalter")
    assert not Authenticator.objects.filter(user=keeper).exists()
    assert len(logged(keeper, actions.SECOND_FACTOR_RESET)) == 1


def test_the_list_shows_roles_and_asks_no_other_host(keeper: User) -> None:
    keeper.email = "verwalter@example.org"
    keeper.save()
    page = signed_in(keeper).get(LIST).content.decode()
    assert "Systemverwaltung" in page
    assert "gravatar" not in page


def test_the_list_costs_the_same_for_ten_and_for_thirty(
    keeper: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(keeper)
    counts = []
    for size in (5, 15):
        for n in range(size):
            person(f"p{size}-{n}", "clearing")
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
