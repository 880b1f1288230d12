/* The people of a plan: rows without a round trip, and the calculation while typing. Without this
   file the same buttons ask the server. */

import { assess, readAge } from "./plan_rule.js";

const form = document.querySelector("[data-occupancy-form]");
const list = form.querySelector("[data-rows]");
const total = form.querySelector("[name=row-TOTAL_FORMS]");
const stored = document.getElementById("occupancy-rule");
const live = form.querySelector("[data-live]");
const hundredths = (metres) => (metres === null ? null : Math.round(Number(metres) * 100));
const metres = (area) => `${new Intl.NumberFormat("de-DE", { maximumFractionDigits: 2 }).format(area / 100)} m²`;
const WORDS = { within: "✓ Fläche reicht", exceeded: "! Fläche reicht nicht", undetermined: "? nicht feststellbar" };

function rule() {
  const data = JSON.parse(stored.textContent);
  return { ...data, area: hundredths(data.area), person: hundredths(data.person), child: hundredths(data.child) };
}

function rows(given) {
  return [...list.querySelectorAll("fieldset")].flatMap((row) => {
    const value = (name) => row.querySelector(`[name$="-${name}"]`);
    if (value("remove").checked) return [];
    const names = ["born", "stated", "seen", "registered", "since", "until"];
    const found = Object.fromEntries(names.map((name) => [name, value(name).value]));
    return [{ ...found, group: value("age_group").value, birth: given.births[value("entry").value] || "" }];
  });
}

function tell() {
  const given = rule();
  const people = rows(given);
  const unread = people.filter((row) => readAge(row.born) === null).length;
  const found = assess(people, given);
  const needed = found.low === found.high ? metres(found.low) : `mindestens ${metres(found.low)}, höchstens ${metres(found.high)}`;
  const count = found.least === found.most ? found.most : `${found.least} bis ${found.most}`;
  const area = given.area === null ? "Wohnfläche nicht bekannt" : `Wohnfläche ${metres(given.area)}`;
  const word = given.applicable ? WORDS[found.result] : "– Regel gilt nicht (§ 1 Abs. 3 WoAufG LSA)";
  live.textContent = `${count} ${found.most === 1 ? "Person" : "Personen"}: ${needed} nötig, ${area} – ${word}` +
    (unread ? ` (${unread} Altersangabe nicht lesbar)` : "");
  live.dataset.result = given.applicable ? found.result : "not_applicable";
  live.hidden = false;
}

function addRow(button) {
  const html = form.querySelector("[data-blank]").innerHTML.replaceAll("__prefix__", total.value);
  list.insertAdjacentHTML("beforeend", html);
  total.value = Number(total.value) + 1;
  const row = list.lastElementChild;
  row.querySelector(`[name$="-${button.dataset.leading}"]`).value = "yes";
  row.querySelector("select").focus();
}

form.querySelector("[data-add]").addEventListener("click", (event) => {
  event.preventDefault();
  addRow(event.currentTarget);
  if (stored) tell();
});

if (stored) {
  form.addEventListener("input", tell);
  tell();
}
