/* The rule of buildings/plans/rules.py and ages.py, for the calculation while typing. Areas are
   whole hundredths of a square metre and days are "YYYY-MM-DD", which compare as text.
   A browser test holds both against each other on random input. */

const pad = (number, width) => String(number).padStart(width, "0");
const text = (year, month, day) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
const parts = (day) => day.split("-").map(Number);
const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const monthLength = (year, month) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];

export const EVER = "1850-01-01";

/** The last date of birth with which the age has been reached on the day. */
export function bornBy(day, age) {
  const [year, month, date] = parts(day);
  return text(year - age, month, Math.min(date, monthLength(year - age, month)));
}

function next(day) {
  const [year, month, date] = parts(day);
  if (date < monthLength(year, month)) return text(year, month, date + 1);
  return month < 12 ? text(year, month + 1, 1) : text(year + 1, 1, 1);
}

/** What was typed as age or birth: {age}, {year, month} or {date}; null if it is neither. */
export function readAge(typed) {
  const given = typed.trim().replace(/^(00\.00\.|00\.)/, "");
  if (given === "") return {};
  let found = given.match(/^(\d{1,2}) ?[./-] ?(\d{1,2}) ?[./-] ?(\d{4})$/);
  if (found) return dated(found[3], found[2], found[1]);
  found = given.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
  if (found) return dated(found[1], found[2], found[3]);
  found = given.match(/^(?:(\d{1,2}) ?[./-] ?)?(\d{4})$/);
  if (found) {
    const month = found[1] === undefined ? null : Number(found[1]);
    return month !== null && (month < 1 || month > 12) ? null : { year: Number(found[2]), month };
  }
  found = given.match(/^(\d{1,3})(?: ?(?:J\.?|Jahre?|Jahr alt))?$/);
  return found && Number(found[1]) <= 120 ? { age: Number(found[1]) } : null;
}

function dated(year, month, day) {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= monthLength(y, m) ? { date: text(y, m, d) } : null;
}

/** The first and last date of birth that fit; the most exact statement counts. */
export function born(row, on) {
  const known = row.birth ? { date: row.birth } : readAge(row.born) || {};
  if (known.date) return [known.date, known.date];
  if (known.year) {
    const { year, month } = known;
    return month ? [text(year, month, 1), text(year, month, monthLength(year, month))] : [text(year, 1, 1), text(year, 12, 31)];
  }
  if (known.age !== undefined) return [next(bornBy(on, known.age + 1)), bornBy(on, known.age)];
  if (row.group === "adult") return [EVER, bornBy(on, 18)];
  return [row.group === "child" ? next(bornBy(on, 18)) : EVER, on];
}

/** rule: {on, basis, area, person, child, age}, areas in hundredths or null. → {low, high, least, most, result} */
export function assess(rows, rule) {
  const limit = bornBy(rule.on, rule.age);
  let [low, high, least, most] = [0, 0, 0, 0];
  for (const row of rows) {
    const answer = row[rule.basis];
    if (answer === "no" || (row.since && row.since > rule.on) || (row.until && row.until < rule.on)) continue;
    const [first, last] = born(row, rule.on);
    const needs = last <= limit ? [rule.person, rule.person] : first > limit ? [rule.child, rule.child]
      : [Math.min(rule.person, rule.child), Math.max(rule.person, rule.child)];
    high += needs[1];
    most += 1;
    if (answer === "yes") {
      low += needs[0];
      least += 1;
    }
  }
  return { low, high, least, most, result: judge(rule.area, low, high) };
}

function judge(area, low, high) {
  if (high === 0 || (area !== null && high <= area)) return "within";
  return area !== null && low > area ? "exceeded" : "undetermined";
}
