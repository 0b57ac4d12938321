// How times, positions and fields read.

const POSITIONS = {
  "in-favour": ["✓", "in favour"],
  abstain: ["○", "abstained"],
  "abstain-qualified": ["◐", "abstained with a declaration"],
  against: ["✗", "against"],
  missing: ["…", "no ballot"],
  hidden: ["▒", "not shown"],
};

const FIELDS = {
  by: "Tabled by",
  title: "Title",
  kind: "Kind",
  rule: "Rule",
  revises: "Revises",
  revision: "Revision",
  "authorised-by": "Authorised by measure",
  concerns: "Concerns",
  category: "Category",
  procedure: "Procedure",
  basis: "Legal basis",
  initiative: "Initiative",
  reference: "Reference",
  companion: "Goes with",
  prepared: "Prepared by",
  item: "Item",
  amends: "Amends",
  predecessor: "Predecessor",
  incident: "Incident",
  "rests-on": "Rests on a decision of another council",
  summary: "Summary",
  proportionality: "Proportionality",
  targets: "Targets, by number",
  target: "Target, by commitment",
  applies: "Applies",
  exception: "Exception",
  document: "Document",
  participating: "Takes part",
  admits: "Admits",
  officer: "Officer key",
  recovery: "Recovery key",
  node: "Node key",
  seal: "Seal key",
  departs: "Leaves the council",
  appoints: "Appoints",
  weight: "Weight",
  "total-weight": "Whole weight",
  "next-rules": "Next rules",
  opens: "Balloting opens",
  closes: "Closes",
  enters: "Enters into force",
  reviews: "To be reviewed",
  expires: "Expires",
  after: "After the statement",
};
const TIMES = new Set(["opens", "closes", "enters", "reviews", "expires"]);

const STATUS = {
  adopted: "Adopted",
  "not-adopted": "Not adopted",
  lapsed: "Lapsed",
  withdrawn: "Withdrawn",
  open: "Open",
};

/** The sign and the words of a position. */
export function positionWords(position) {
  return POSITIONS[position];
}

/** How a measure ended, in a word. */
export function statusWord(status) {
  return STATUS[status];
}

/** The lines of a text as [label, value], without its first line and the council. */
export function readableLines(text) {
  const lines = text.slice(0, -1).split("\n").slice(2);
  return lines.map((line) => {
    const at = line.indexOf(" ");
    const name = line.slice(0, at);
    const value = line.slice(at + 1);
    return [FIELDS[name] ?? name, TIMES.has(name) ? timeWords(Date.parse(value)) : value];
  });
}

/** A time in UTC, and beside it by the clocks of the council's zone. */
export function timeWords(milliseconds, zone = null) {
  const utc = `${new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ").replace(".000", "")} UTC`;
  const local = zone === null ? null : localTime(milliseconds, zone);
  return local === null ? utc : `${utc} (${local})`;
}

function localTime(milliseconds, timeZone) {
  try {
    const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium", timeZone });
    return `${format.format(milliseconds)}, ${timeZone}`;
  } catch {
    return null;
  }
}

/** A time of a seal, which says seconds and may say any number of them. */
export function sealTimeWords(seconds) {
  const latest = 253402300799n;
  return seconds <= latest ? timeWords(Number(seconds) * 1000) : `${seconds} seconds after 1970, which is no time`;
}

/** A number of things: `1 seal`, `7 seals`. */
export function countWords(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
