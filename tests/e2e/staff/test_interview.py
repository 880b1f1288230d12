"""Journey J6: from today's list to the completed interview, its amendment, and the wall behind it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from cases.interviews.actions import INTERVIEW_STEPS
from cases.models import (
    DocumentCheck,
    IntakeInterview,
    InterviewAnswer,
    InterviewTopic,
    QuestionSet,
)
from history.models import AccessEvent
from people.models import HouseholdMember, Person
from tests.backoffice.desk import page as address_of
from tests.cases.conftest import (  # noqa: F401
    TOLD,
    answer,
    appointment,
    cast,
    completed,
    flat,
    join,
    newcomer,
    officer,
    person,
    question,
    questions,
    running,
    years_ago,
)
from tests.e2e.conftest import barriers

DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('interview:')).length"
MOST_KEYS = 90
#: The first question asked from now on is answered after the second one.
SLOW_FIRST = """() => {
    const ask = window.fetch;
    Object.assign(window, { asked: 0, answered: 0 });
    window.fetch = async (url, options) => {
        if (!String(url).includes("perhaps-known")) return ask(url, options);
        const first = (window.asked += 1) === 1;
        try {
            const { signal, ...rest } = options;
            const answer = await ask(url, rest);
            if (first) await new Promise((done) => setTimeout(done, 900));
            signal?.throwIfAborted();
            return answer;
        } finally {
            setTimeout(() => { window.answered += 1; }, 100);
        }
    };
}"""
REACHED = """async ([name, count]) => {
    while (window[name] < count) await new Promise((done) => setTimeout(done, 50));
}"""


def saved(page: Page) -> None:
    """The server has everything: nothing is left in the browser."""
    page.locator("#interview:not([data-unsaved])").wait_for(timeout=30_000)
    expect(page.locator("#talk-status")).to_contain_text("Gespeichert um", timeout=30_000)
    assert page.evaluate(DRAFTS) == 0


def block(page: Page, key: str, of: Person | None = None) -> Any:
    return page.locator(f'[data-key="{key}"][data-person="{of.pk if of else ""}"]')


def choose(page: Page, key: str, label: str, of: Person | None = None) -> None:
    block(page, key, of).locator("label", has_text=label).first.click()


class Keyboard:
    """Counts every key pressed and every value typed, Tab included."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.steps += 1

    def type(self, text: str, *then: str) -> None:
        self.page.keyboard.type(text)
        self.steps += 1
        self.press(*then)


def test_from_today_s_list_to_the_amendment(cast, appointment, flat, officer, newcomer, staff_page):
    interview = address_of(appointment, "interview")
    page = staff_page("clearing", declared={(409, interview), (404, "/admin/people/person/")})
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Gespräche heute")).to_be_visible()
    page.get_by_role("button", name="Ist da").click()
    expect(page.get_by_text("1 Person wartet")).to_be_visible()
    expect(page.get_by_text("wartet seit")).to_be_visible()
    assert barriers(page, "/admin/", "/admin/cases/intakeinterview/walk-in/", interview) == {}

    page.goto("/admin/")
    page.get_by_role("link", name="Beginnen").click()
    page.locator("label", has_text="gültiger Ausweis gesehen").click()
    page.locator("label", has_text="spricht die Sprache").click()
    page.get_by_role("button", name="Gespräch beginnen").click()
    expect(page.get_by_text("Unde ați locuit înainte?")).to_be_visible()
    assert block(page, "reason").locator("[data-theirs]").get_attribute("lang") == "ro"

    appointment.refresh_from_db()
    for given, born, relation in (
        ("Maria", years_ago(31, 40), "partner"),
        ("Ana", years_ago(7, 20), "child"),
        ("Luca", years_ago(5, 200), "child"),
    ):
        join(appointment, person(cast.house_a, given, born, nationalities="154"), relation)
    page.reload()
    ana = Person.objects.get(given_names="Ana")
    luca = Person.objects.get(given_names="Luca")
    expect(block(page, "children_at_school", ana)).to_be_visible()
    expect(block(page, "children_at_school", luca)).to_have_count(0)

    page.get_by_label("Wohnung", exact=True).fill("Erdachte 7")
    page.get_by_role("option", name="2. OG links").click()
    page.get_by_label("Wohnfläche, wie angegeben").fill("38")
    page.get_by_label("Zimmer, wie angegeben").fill("3")
    page.get_by_label("Personen in der Wohnung, wie angegeben").fill("4")
    choose(page, "reason", "keine Angabe")
    choose(page, "arrived_with", "allein")
    expect(block(page, "family_coming")).to_be_visible()
    choose(page, "family_coming", "ja")
    choose(page, "arrived_with", "mit Kindern")
    expect(block(page, "family_coming")).to_be_hidden()
    saved(page)
    area = page.locator("#talk-area")
    expect(area).to_contain_text("Fläche reicht")
    expect(area).to_contain_text("3 × 9 m² + 1 × 6 m² = 33 m²")
    expect(area).to_contain_text("dann 36 m² nötig (Geburtstag eines Kindes)")
    reason = InterviewAnswer.objects.get(question__key="reason")
    assert (reason.value, reason.declined) == ("", True)

    page.keyboard.press("F2")  # the screen turned to the person
    expect(page.locator("#turn-question")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Belegungsplan anlegen").click()
    expect(page.get_by_text("ist auf diesem Stand (Entwurf)")).to_be_visible()
    appointment.refresh_from_db()
    plan = appointment.plan
    assert (plan.source, plan.state, plan.dwelling) == ("residents", "draft", flat)
    assert plan.entries.filter(stated="yes").count() == 4
    flag = page.get_by_role("link", name="Hinweis an die Wohnraumkontrolle").get_attribute("href")
    assert flag.endswith(f"?dwelling={flat.pk}")

    for topic, step in (("work", "Jobcenter, Dienstag"), ("school", "Schulteam ruft an")):
        page.locator("[name=t-new-topic]").select_option(topic)
        page.locator("[name=t-new-agreed_step]").fill(step)
        page.locator("[name=t-new-agreed_step]").press("Enter")
    saved(page)
    assert barriers(page) == {}

    page.get_by_role("button", name="Gespräch abschließen").click()
    expect(page.locator("#refused")).to_contain_text("Wo haben Sie vorher gewohnt?")
    expect(page.locator("#refused")).to_contain_text("Seit wann wohnen Sie")
    choose(page, "arrived_from", "in Rumänien")
    block(page, "moved_in_on").locator("input[type=text]").fill("01102026")
    page.get_by_label("Mappe für Neuankommende übergeben").check()
    page.get_by_role("button", name="Gespräch abschließen").click()
    expect(page.locator(".record-title")).to_contain_text("abgeschlossen")
    expect(page.locator("main")).not_to_contain_text("arrived_from")  # answers in words alone
    assert not InterviewAnswer.objects.filter(question__key="family_coming").exists()
    expect(
        page.locator(".referral-interview").get_by_role("link", name="Vermitteln")
    ).to_have_count(2)
    # J6 goes on with the consent and the two referrals in the journey of the referrals.
    assert barriers(page, address_of(appointment), address_of(appointment, "amend")) == {}

    page.goto(address_of(appointment, "amend"))
    block(page, "arrived_from").locator("label", has_text="in Bulgarien").click()
    page.get_by_label("Grund der Berichtigung").fill("Verhört")
    page.get_by_role("button", name="Berichtigung speichern").click()
    corrected = page.locator(".history__entry")
    expect(corrected).to_contain_text("in Rumänien → in Bulgarien")
    expect(corrected).to_contain_text("Verhört")
    questions_of = address_of(QuestionSet.objects.get())
    assert barriers(page, questions_of, f"{questions_of}preview/") == {}

    inspector = staff_page("inspection", declared={(404, "/admin/people/person/")})
    inspector.goto(f"/admin/people/person/?q={newcomer.family_name}")
    assert newcomer.given_names not in inspector.content()
    denied = AccessEvent.objects.filter(user=cast.people["inspection"], action="denied")
    assert denied.filter(collection="people.person").exists()


def test_a_household_of_five_from_the_keyboard(
    cast, appointment, flat, newcomer, officer, staff_page
):
    page = staff_page("clearing")
    page.goto(address_of(appointment, "interview"))
    keys = Keyboard(page)
    keys.press("1", "Enter", "2", "Enter")  # identity, language as proposed, interpreter, begin
    page.wait_for_selector("[data-key]")
    for given, birth, sex in (
        ("Maria", "14031994", "w"),
        ("Ana", "2.5.2017", "w"),
        ("Luca", "03062018", "m"),
        ("Ilie", "04072024", "m"),
    ):
        keys.type(given, "Tab")
        keys.type(birth, "Tab")
        keys.press(sex, "Enter")
    saved(page)
    expect(page.locator("[data-person-row]")).to_have_count(6)
    keys.press("Enter")  # an empty row: on to the papers
    for day in ("01052031", "02062032"):
        keys.press("p", "Tab")
        keys.type(day, "Enter")
    saved(page)
    keys.press("Enter")
    keys.type("Erdachte 7")
    page.get_by_role("option", name="2. OG links").wait_for()
    keys.press("ArrowDown", "Enter")
    keys.type("61,5", "Enter")
    keys.type("3", "Enter")
    keys.type("5", "Enter")
    keys.press("1")  # landlord's confirmation
    keys.type("01102026", "Enter")
    keys.press("1", "1", "3", "3", "2")  # from, reason, staying, with children, found how
    keys.type("3", "Enter")
    keys.press("1", "2", "3", "Enter", "1")  # insurance, two wishes for help, contact wanted
    for _adult in range(2):
        keys.press("1", "2", "1", "2")  # sector, employer, training, German
    keys.press("2", "1")  # the two at school age
    keys.press("a", "Tab")
    keys.type("Jobcenter, Dienstag 9 Uhr", "Enter")
    keys.press("s", "Tab")
    keys.type("Schulteam ruft an", "Enter")
    saved(page)
    keys.press("Enter", "Enter", "Space", "F9", "Enter")  # sheet in Romanian, folder, complete
    expect(page.locator(".record-title")).to_contain_text("abgeschlossen")
    assert keys.steps <= MOST_KEYS

    appointment.refresh_from_db()
    members = HouseholdMember.objects.filter(household=appointment.household)
    assert [(m.person.given_names, m.relation) for m in members.order_by("pk")] == [
        ("Ion", "reference"),
        ("Maria", "partner"),
        ("Ana", "child"),
        ("Luca", "child"),
        ("Ilie", "child"),
    ]
    papers = DocumentCheck.objects.filter(interview=appointment).order_by("pk")
    assert [(p.person.given_names, p.kind, f"{p.valid_until}") for p in papers] == [
        ("Ion", "identity_card", "2031-05-01"),
        ("Maria", "identity_card", "2032-06-02"),
    ]
    told = {
        (a.question.key, a.person.given_names if a.person else ""): a.value
        for a in InterviewAnswer.objects.select_related("question", "person")
    }
    assert told["help_wanted", ""] == "work,school"
    assert told["moved_in_on", ""] == "2026-10-01"
    assert told["work_sector", "Maria"] == "food"
    assert (told["children_at_school", "Ana"], told["children_at_school", "Luca"]) == (
        "registered",
        "yes",
    )
    assert len(told) == 10 + 2 * 4 + 2
    assert (appointment.dwelling, str(appointment.area_stated)) == (flat, "61.50")
    assert [t.topic for t in InterviewTopic.objects.order_by("pk")] == ["work", "school"]


def test_two_at_one_interview_see_each_other_and_nobody_overwrites_anybody(
    cast, running, officer, staff_page
):
    interview = address_of(running, "interview")
    first = staff_page("clearing", declared={(409, interview)})
    first.goto(interview)
    colleague = _colleague(cast)
    second = staff_page(colleague, declared={(409, interview)})
    second.goto(interview)
    expect(first.locator("#talk-others")).to_contain_text(
        str(cast.people[colleague]), timeout=30_000
    )

    choose(second, "reason", "zur Familie")
    saved(second)
    choose(first, "staying", "auf Dauer")
    saved(first)
    expect(block(first, "reason").locator("input[value=family]")).to_be_checked(timeout=30_000)

    first.context.set_offline(True)  # nothing of the colleague's arrives here any more
    choose(second, "arrived_with", "allein")
    saved(second)
    choose(first, "arrived_with", "mit Kindern")
    first.context.set_offline(False)
    problem = block(first, "arrived_with").locator("[data-problem]")
    expect(problem).to_contain_text("allein", timeout=30_000)
    stored = InterviewAnswer.objects.get(question__key="arrived_with")
    assert stored.value == "alone"
    choose(first, "arrived_with", "zu zweit")  # knowing that, they change it on purpose
    saved(first)
    stored.refresh_from_db()
    assert stored.value == "partner"
    assert IntakeInterview.objects.get().state == "running"


def test_a_known_person_is_taken_put_back_and_nothing_typed_too_late_is_lost(
    cast, running, officer, staff_page
):
    known = person(cast.house_a, "Maria", years_ago(31, 40))
    interview = address_of(running, "interview")
    page = staff_page("clearing", declared={(410, interview)})
    page.goto(interview)
    page.locator("[name=m-new-given_names]").fill("Marija")
    offered = page.locator(".talk__known")
    expect(offered).to_contain_text("Vielleicht schon bekannt:")
    expect(offered).to_contain_text("Maria Erdachtescu")
    assert barriers(page) == {}
    page.evaluate(SLOW_FIRST)
    page.locator("[name=m-new-given_names]").fill("Mariya")
    page.evaluate(REACHED, ["asked", 1])
    page.locator("[name=m-new-given_names]").fill("Xaver")
    page.evaluate(REACHED, ["answered", 2])  # the later one first, then the earlier one
    expect(offered).to_be_empty()
    page.locator("[name=m-new-given_names]").fill("Marija")
    offered.get_by_role("button", name="Diese Person nehmen").press("Enter")
    saved(page)
    member = HouseholdMember.objects.get(person=known)
    assert (member.household, Person.objects.count()) == (running.household, 2)

    page.get_by_role("link", name="Entfernen … Maria Erdachtescu").press("Enter")
    expect(page.locator("main")).to_contain_text("Die Person bleibt im Verzeichnis")
    assert barriers(page) == {}
    page.get_by_role("button", name="Aus dem Haushalt nehmen").press("Enter")
    expect(page.locator(".messages")).to_contain_text("gehört nicht mehr zum Haushalt")
    expect(page.locator("[data-person-row]")).to_have_count(2)
    assert not HouseholdMember.objects.filter(pk=member.pk).exists()
    assert Person.objects.filter(pk=known.pk).exists()

    page.context.set_offline(True)  # the lid is closed, and the colleague brings it to an end
    choose(page, "reason", "zur Familie")
    page.locator("[name=m-new-given_names]").fill("Halbfertig")
    answer(running, "moved_in_on", "2026-10-01")
    answer(running, "arrived_from", "romania")
    INTERVIEW_STEPS.perform(running, "complete", user=officer, data=TOLD)
    page.context.set_offline(False)
    left = page.locator("#leftover")
    for words in ("ist im Stand „abgeschlossen“", "zur Familie", "Halbfertig"):
        expect(left).to_contain_text(words, timeout=30_000)
    expect(page.locator("#interview")).to_be_hidden()
    page.reload()  # which leads to the page of the interview
    expect(left).to_contain_text("zur Familie")
    assert barriers(page) == {}
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    left.get_by_role("button", name="Kopieren").press("Enter")
    expect(left.get_by_role("status")).to_have_text("Kopiert.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Warum sind Sie hierhergekommen?: zur Familie" in copied
    assert "Weitere Person · Vornamen: Halbfertig" in copied
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    left.get_by_role("button", name="Kopieren").press("Enter")
    expect(left.get_by_role("status")).to_contain_text("Strg+C")
    assert "Halbfertig" in page.evaluate("getSelection().toString()")
    left.get_by_role("link", name="In eine Berichtigung übernehmen").press("Enter")
    expect(block(page, "reason").locator("[value=family]")).to_be_checked()
    expect(block(page, "reason")).to_contain_text("Gespeichert war: –")
    expect(left).to_contain_text("Halbfertig")  # the household is not amended here
    assert barriers(page) == {}
    page.get_by_label("Grund der Berichtigung").fill("Zu spät gespeichert")
    page.get_by_role("button", name="Berichtigung speichern").press("Enter")
    expect(page.locator(".history__entry")).to_contain_text("– → zur Familie")
    expect(left).to_contain_text("Halbfertig")
    expect(left).not_to_contain_text("zur Familie")
    left.get_by_role("button", name="Verwerfen").press("Enter")
    expect(left).to_be_hidden()
    assert page.evaluate(DRAFTS) == 0


def _colleague(cast: Any) -> str:
    """A second account of the Clearingstelle in the same unit."""
    from django.contrib.auth.models import Group

    from access.models import Membership, User
    from access.roles import ROLES

    user = User.objects.create_user("cast-clearing-2", first_name="Zweite", last_name="Kraft")
    user.groups.add(Group.objects.get(name=ROLES["clearing"].name))
    Membership.objects.create(user=user, unit=cast.house_a)
    cast.people["clearing-2"] = user
    return "clearing-2"
