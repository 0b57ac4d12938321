// Whether a charter contradicts itself, and whether a genesis founds a council under it (formats.md, section 1, "The genesis"; the
// rules are those that `nemcon charter check` names).

import { refuse } from "./defect.js";

const WHERE = "the charter";
const BLOCK_SHARE_MAX = 64n;
const RECORD_BYTES_MAX = 65535n;
const SIGNATURES_MAX = 100;
const [MEMBER, PROPOSER] = ["member", "proposer"];
const TABLES = ["table", "close", "extend", "attest", "remark"];
const LISTS = ["reservations", "bodies", "items", "targets", "attests", "annuls", "remarks", "roles"];
const FIELDS = new Set(
  (
    "category procedure basis initiative reference companion prepared item amends predecessor incident rests-on summary " +
    "proportionality targets target reasons applies exception document enters reviews expires"
  ).split(" "),
);

/** Refuses a charter under which some measure could never end, or a proposer could choose who decides. */
export function verifyCharter(fields) {
  const words = (name) => fields[`charter-${name}`] ?? [];
  verifyWords(fields, words);
  verifyPublication(fields, words);
  verifyElsewhere(fields);
  verifyRoles(fields, words);
  verifyShares(fields);
  verifyReminders(fields, words);
  for (const [name, who, more] of fields["charter-rule"]) verifyRule(name, who, more);
  for (const [category, ...asks] of fields["charter-category"]) verifyFields(category, asks);
  for (const kind of fields["charter-kind"]) verifyKind(kind, fields, words);
}

function once(what, names) {
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) refuse(WHERE, `The charter names ${what} ${twice} twice.`);
}

function within(names, list, what) {
  const strange = names.find((name) => !list.includes(name));
  if (strange !== undefined) refuse(WHERE, `The charter ${what} ${strange}, which it does not list.`);
}

function verifyWords(fields, words) {
  const elsewhere = fields["charter-elsewhere"]
    .map((each) => each["charter-elsewhere-kind"])
    .filter((kind) => kind !== null);
  once("the kind", [...kindsOf(fields), ...elsewhere]);
  once(
    "the rule",
    fields["charter-rule"].map(([name]) => name),
  );
  once(
    "the procedure",
    fields["charter-procedure"].map(({ value }) => value[0]),
  );
  once(
    "the category",
    fields["charter-category"].map(([category]) => category),
  );
  once(
    "the kind of reference",
    fields["charter-reference"].map(({ value }) => value),
  );
  once(
    "what applies,",
    fields["charter-applies"].map(([word]) => word),
  );
  for (const name of LISTS) once(`a word under ${name},`, words(name));
  if (words("attest").length > 0 !== words("attests").length > 0)
    refuse(WHERE, "Who attests and what is attested go together.");
  if (words("remark").length > 0 !== words("remarks").length > 0)
    refuse(WHERE, "Who makes remarks and of which sorts go together.");
  within(words("annuls"), words("attests"), "annuls by");
  const ofProcedures = fields["charter-procedure"].flatMap((each) => each["charter-procedure-attests"] ?? []);
  within(ofProcedures, words("attests"), "attests of a procedure");
  const sorts = fields["charter-applies"].flatMap(([, ...rest]) => rest);
  within(sorts, words("targets"), "applies something to");
  const different = fields["charter-difference"].flatMap((each) => each["charter-difference-kinds"] ?? []);
  within(different, kindsOf(fields), "is unlike the law for");
}

function kindsOf(fields) {
  return fields["charter-kind"].map(({ value }) => value[0]);
}

function verifyPublication(fields, words) {
  const votes = fields["charter-kind"].map((kind) => kind["charter-kind-votes"]).filter((each) => each !== null);
  const releasing = fields["charter-released-by"];
  if (fields["charter-publication"] === null && (votes.length > 0 || releasing !== null))
    refuse(WHERE, "It says who learns votes, and not what is public.");
  if (releasing !== null) within([releasing], words("attests"), "releases votes by");
  if (releasing === null && votes.includes("released"))
    refuse(WHERE, "Votes are to be released, and nothing releases them.");
}

function verifyElsewhere(fields) {
  for (const each of fields["charter-elsewhere"]) {
    if ((each["charter-elsewhere-kind"] !== null) === each["charter-on"].length > 0)
      refuse(WHERE, `What is decided elsewhere is a kind, or is on legal bases: ${each.value}`);
  }
}

function verifyRoles(fields, words) {
  const roles = words("roles");
  const own = fields["charter-kind"].map((kind) => kind["charter-kind-table"]).filter((table) => table !== null);
  const tables = [...TABLES.map(words), ...own];
  within(tables.flat(), [...roles, MEMBER, PROPOSER], "lets act the role");
  if ([words("table"), ...own].some((table) => table.includes(PROPOSER)))
    refuse(WHERE, "Before a measure is tabled nobody has proposed it.");
  const strange = roles.find((role) => role === MEMBER || role === PROPOSER);
  if (strange !== undefined) refuse(WHERE, `It lists the role ${strange}, which is no participant’s.`);
  const idle = roles.find((role) => !tables.some((table) => table.includes(role)));
  if (idle !== undefined) refuse(WHERE, `In the role ${idle} nobody may do anything.`);
}

function verifyShares(fields) {
  const block = fields["charter-share-block"];
  if (block < 1n || block > BLOCK_SHARE_MAX) refuse(WHERE, "A block takes 1 to 64 statements of a party.");
  for (const name of ["day", "ballots", "changes"]) {
    const [count, bytes] = fields[`charter-share-${name}`];
    if (count < 1n || bytes < RECORD_BYTES_MAX)
      refuse(WHERE, `The share \`${name}\` has no room for the largest statement.`);
  }
}

function verifyReminders(fields, words) {
  const days = words("reminder-days");
  const isDown = days.every((each, at) => each > 0n && (at === 0 || each < days[at - 1]));
  if (!isDown) refuse(WHERE, "Reminders count down: the longest first, each once, none zero.");
  if (fields["charter-notice-days"] === 0n) refuse(WHERE, "A member may take its notice back before it leaves.");
}

function verifyRule(name, who, more) {
  const least = /at-least (\d+)$/.exec(more ?? "")?.[1];
  const isRight = who === "participating" ? Number(least ?? 0) >= 2 : least === undefined;
  if (!isRight) refuse(WHERE, `The rule ${name}: a least number goes with \`participating\`, and is at least 2.`);
}

function verifyFields(of, names) {
  const strange = names.find((name) => !FIELDS.has(name));
  if (strange !== undefined) refuse(WHERE, `${of} asks for ${strange}, which is no field of a measure.`);
}

function verifyKind(kind, fields, words) {
  const [name, qualified] = kind.value;
  const { "charter-effect": effect, "charter-decided": decided } = kind;
  if (qualified !== undefined && fields["charter-qualified"] === null)
    refuse(WHERE, `${name} allows qualified abstention, and nothing says when that blocks.`);
  if (effect === "appointment" && words("roles").length === 0) refuse(WHERE, `${name} appoints, and there is no role.`);
  once(
    `the way of deciding ${name},`,
    decided.map(({ value }) => value[0]),
  );
  for (const { value } of decided) verifyUse(name, qualified !== undefined, effect, value, fields);
  verifyFields(name, kind["charter-asks"] ?? []);
  verifyFields(name, kind["charter-requires"] ?? []);
}

/** Who is left out of a decision is fixed by a decision of all, by a clause, or by that member’s own notice. */
function verifyUse(name, isQualified, effect, [rule, how], fields) {
  const wrong = (why) => refuse(WHERE, `${name}, decided by ${rule}: ${why}`);
  const [, who, more] = fields["charter-rule"].find(([each]) => each === rule) ?? wrong("there is no such rule.");
  if (isQualified && (more ?? "").split(" ").includes("no-abstention")) wrong("the rule refuses abstention.");
  if (who === "all") {
    if (how !== undefined) wrong("nobody is left out, so that no authority is needed.");
    return;
  }
  const canAuthorise = fields["charter-kind"].some((kind) => kind["charter-effect"] === "authorisation");
  if (how === undefined) wrong("members are left out, and nothing says by what authority.");
  if (who === "participating" && how !== "decision") wrong("who takes part is fixed by a decision of all.");
  if (who === "participating" && !canAuthorise) wrong("nothing could authorise it.");
  if (who === "minus-concerned" && how === "decision") wrong("a member is left out by a clause or by its own notice.");
  if (effect !== null && !(effect === "departure" && how === "notice"))
    wrong("it changes the council, and does not ask all members.");
}

/** Refuses a genesis whose parties do not fit its charter. */
export function verifyFounding(fields, { members, participants, total }) {
  const words = (name) => fields[`charter-${name}`] ?? [];
  const seats = [...participants.values()];
  const strange = seats.find(({ role }) => !words("roles").includes(role));
  if (strange !== undefined)
    refuse(WHERE, `${strange.code} has the role ${strange.role}, which the charter does not list.`);
  const isHeld = (role) => role === MEMBER || seats.some((seat) => seat.role === role);
  if (!words("table").some(isHeld)) refuse(WHERE, "Nobody may table a measure.");
  if (members.reduce((sum, { weight }) => sum + weight, 0n) > total)
    refuse(WHERE, "The members weigh more than the whole.");
  const out = fields["leaves-out"];
  once("a member left out,", out);
  if (out.length > 0 && fields.succeeds === null) refuse(WHERE, "It leaves members out, and goes on from no council.");
  if (out.some((code) => members.some((member) => member.code === code)))
    refuse(WHERE, "It leaves out a member of its own.");
  const founders = members.reduce((sum, { required }) => sum + required, 0);
  if (Math.max(founders, ...seats.map(({ required }) => required)) > SIGNATURES_MAX)
    refuse(WHERE, "More than 100 signatures would be needed.");
  const vacant = seats.find(({ required }) => required < 1);
  if (vacant !== undefined) refuse(WHERE, `The seat of ${vacant.code} is vacant from the founding on.`);
}
