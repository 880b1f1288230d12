"""What a demo shows: units, invented houses, people and cases, and the portal's pages.

Tables go in as a data officer's would, through the import, so that the demo shows real receipts
and histories. A collection that holds records already is left alone.
"""

from __future__ import annotations

import io
import json

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from access.models import Membership, OrganisationalUnit, User
from catalogue import model_of
from config.demo_cases import load_cases
from config.demo_enforcement import load_enforcement
from config.demo_interviews import load_interviews
from config.demo_plans import DEMO, load_plans
from config.demo_referrals import load_referrals
from config.demo_support import load_support
from history.actor import acting_as
from papers.models import Letterhead

FOLDER = settings.BASE_DIR / "fixtures" / "demo"

#: Collection → files, each after what it refers to. A file cannot name a record that comes with it.
TABLES = {
    "district": ("districts.csv",),
    "street": ("streets.csv",),
    "building": ("buildings.csv",),
    "entrance": ("entrances.csv",),
    "dwelling": ("dwellings.csv",),
    "room": ("rooms.csv",),
    "party": ("parties.csv", "parties_represented.csv"),
    "partymember": ("members.csv",),
    "partyrole": ("roles.csv",),
    "person": ("people.csv",),
    "intakeinterview": ("interviews.csv",),
    "inspection": ("inspections.csv",),
}


def make_units() -> None:
    for unit in json.loads((FOLDER / "units.json").read_text(encoding="utf-8")):
        OrganisationalUnit.objects.get_or_create(
            code=unit["code"], defaults={"name": unit["name"], "carrier": unit["carrier"]}
        )


def join_unit(user: User, role: str) -> None:
    """The demo account of a role belongs to the unit of the same code."""
    unit = OrganisationalUnit.objects.get(code=role)
    Membership.objects.get_or_create(user=user, unit=unit)


def fill_collections() -> None:
    for collection, names in TABLES.items():
        if not model_of(collection)._default_manager.exists():
            for name in names:
                _import(collection, name)
    _make_letterhead()
    load_plans(FOLDER / "plans.json")
    load_cases()
    load_enforcement()
    load_interviews(FOLDER / "households.json")
    load_referrals(FOLDER / "referrals.json")
    load_support(FOLDER / "support.json")


def _make_letterhead() -> None:
    """No table brings one in: what papers leave the house with is entered by hand."""
    if Letterhead.objects.exists():
        return
    told = json.loads((FOLDER / "letterhead.json").read_text(encoding="utf-8"))
    unit = OrganisationalUnit.objects.get(code="inspection")
    head = Letterhead(unit=unit, **told)
    head.full_clean()
    with acting_as(DEMO, because="Erfundene Vorführung"):
        head.save()


def _import(collection: str, name: str) -> None:
    told = io.StringIO()
    try:
        call_command("import_table", collection, FOLDER / name, "--apply", stdout=told, stderr=told)
    except SystemExit as ended:
        if ended.code:
            raise CommandError(f"fixtures/demo/{name}:\n{told.getvalue()}") from None
