// The fields of each kind of record in their order (formats.md, section 1).

import {
  atLeast,
  code,
  cosignature,
  day,
  digest,
  form,
  fraction,
  key,
  label,
  line,
  link,
  many,
  number,
  oneOf,
  origin,
  row,
  rowOf,
  small,
  source,
  time,
  zone,
} from "./values.js";

/** Once, at most once, any number, at least one. */
const once = (name, reader, ...within) => ({ name, reader, min: 1, max: 1, within });
const maybe = (name, reader, ...within) => ({ name, reader, min: 0, max: 1, within });
const any = (name, reader, ...within) => ({ name, reader, min: 0, max: Infinity, within });
const some = (name, reader, ...within) => ({ name, reader, min: 1, max: Infinity, within });

/** What a rule allows, behind whose ballots it asks for: `no-abstention`, `no-mandates`, `at-least <n>`, in this order. */
function ruleTail(text) {
  return /^(?: no-abstention)?(?: no-mandates)?(?: at-least (?:0|[1-9][0-9]{0,9}))?$/.test(` ${text}`)
    ? text
    : undefined;
}

const POSITION = oneOf("in-favour", "abstain", "abstain-qualified", "against", "retracted");
const YES_NO = oneOf("yes", "no");
const OFFICER = row(code, label, key);
const PARTY_KEY = row(code, key);

const MEMBER_KEYS = [
  some("officer", OFFICER),
  once("recovery", PARTY_KEY),
  once("node", PARTY_KEY),
  once("seal", PARTY_KEY),
];
const STATEMENT = [once("council", digest), once("by", code)];
const ABOUT = [
  once("measure", number),
  once("revision", small),
  once("text", digest),
  once("title", line),
  once("rule", label),
  maybe("package", digest),
];
const FOR = [...STATEMENT, once("for", code), ...ABOUT];
const AFTER = once("after", link);

const MEASURE = [
  once("title", line),
  once("kind", label),
  once("rule", label),
  maybe("authorised-by", row(number, digest)),
  maybe("concerns", code),
  maybe("category", label),
  maybe("procedure", label),
  any("basis", line),
  maybe("initiative", line),
  any("reference", line),
  any("companion", line),
  any("prepared", row(label, day)),
  maybe("item", label),
  any("amends", line),
  maybe("predecessor", row(oneOf("renews", "amends", "repeals"), number, digest)),
  any("incident", row(number, digest)),
  any("rests-on", row(digest, number, digest)),
  any("summary", line),
  maybe("proportionality", line),
  any("targets", row(label, small)),
  any("target", rowOf(2, label, digest, digest)),
  any("applies", label),
  any("exception", line),
  any("document", row(digest, number, label, line)),
  any("participating", code),
  maybe("admits", row(code, number, small, line), ...MEMBER_KEYS),
  maybe("departs", code),
  maybe("appoints", row(code, small, label, line), any("officer", OFFICER)),
  any("weight", row(code, number)),
  maybe("total-weight", atLeast(1n, number)),
  maybe("next-rules", row(small, line)),
  maybe("opens", time),
  once("closes", time),
  maybe("enters", time),
  maybe("reviews", time),
  maybe("expires", time),
];
const DECIDED = [once("measure", number), once("revision", small), once("text", digest), once("title", line)];

const GENESIS = [
  once("origin", origin),
  once("rules", small),
  once("visibility", oneOf("public", "members")),
  maybe("succeeds", row(digest, number, digest)),
  any("leaves-out", code),
  once("charter-name", line),
  once("charter-weight", row(atLeast(1n, number), line)),
  maybe("charter-qualified", row(fraction, fraction)),
  any("charter-word", row(label, line)),
  some("charter-rule", rowOf(2, label, oneOf("all", "minus-concerned", "participating"), ruleTail)),
  some(
    "charter-kind",
    rowOf(1, label, oneOf("qualified")),
    maybe("charter-kind-source", source),
    maybe("charter-kind-table", many(label)),
    maybe("charter-kind-votes", oneOf("public", "released", "internal")),
    maybe("charter-effect", oneOf("authorisation", "accession", "departure", "appointment", "weights", "rules")),
    some("charter-decided", rowOf(1, label, oneOf("clause", "notice", "decision")), any("charter-on", source)),
    maybe("charter-asks", many(label)),
    maybe("charter-requires", many(label)),
  ),
  any("charter-elsewhere", source, maybe("charter-elsewhere-kind", label), any("charter-on", source)),
  any("charter-procedure", rowOf(1, label, oneOf("tacit")), maybe("charter-procedure-attests", many(label))),
  any("charter-basis", form),
  any("charter-reference", label, some("charter-form", form)),
  ...["bodies", "items"].map((word) => maybe(`charter-${word}`, many(label))),
  any("charter-category", many(label)),
  ...["roles", "table", "close", "extend", "attest", "attests", "annuls", "remark", "remarks"].map((word) =>
    maybe(`charter-${word}`, many(label)),
  ),
  maybe("charter-publication", line),
  maybe("charter-released-by", label),
  maybe("charter-mandates", oneOf("yes")),
  maybe("charter-reservations", many(label)),
  maybe("charter-targets", many(label)),
  any("charter-applies", many(label)),
  ...["categories", "factors", "levels", "findings", "confidence"].map((word) =>
    maybe(`charter-incident-${word}`, many(label)),
  ),
  maybe("charter-reminder-days", many(small)),
  maybe("charter-notice-days", small),
  maybe("charter-zone", zone),
  once("charter-share-block", small),
  ...["day", "ballots", "changes"].map((word) => once(`charter-share-${word}`, row(number, number))),
  any("charter-source", row(label, source)),
  any(
    "charter-difference",
    row(oneOf("stricter", "looser", "not-modelled"), label, line),
    maybe("charter-difference-kinds", many(label)),
  ),
  some("member", row(code, number, small, line), ...MEMBER_KEYS),
  any("participant", row(code, small, label, line), any("officer", OFFICER)),
];

/** The kinds that carry signatures. */
export const STATEMENTS = {
  measure: [...STATEMENT, ...MEASURE],
  revision: [
    ...STATEMENT,
    once("revises", row(number, digest)),
    once("revision", atLeast(2n, small)),
    ...MEASURE,
    AFTER,
  ],
  package: [...STATEMENT, some("measure", row(number, digest))],
  ballot: [
    ...FOR,
    once("position", POSITION),
    maybe("declaration", digest),
    maybe("mandate", digest),
    maybe("assent", oneOf("tacit")),
    AFTER,
  ],
  mandate: [...FOR, once("to", (text) => (text === "none" ? text : code(text))), AFTER],
  reservation: [
    ...FOR,
    once("reservation", label),
    once("act", oneOf("place", "lift")),
    maybe("reason", line),
    maybe("digest", digest),
    AFTER,
  ],
  extension: [...FOR, once("closes", time), AFTER],
  withdrawal: [...FOR, maybe("reason", line), AFTER],
  close: [...FOR, AFTER],
  attestation: [...FOR, once("attests", label), maybe("reference", line), AFTER],
  remark: [...FOR, once("sort", label), any("says", line), maybe("digest", digest), once("public", YES_NO), AFTER],
  incident: [
    ...STATEMENT,
    once("title", line),
    once("category", label),
    once("from", time),
    maybe("until", time),
    any("severity", row(label, label)),
    any("summary", line),
    any("evidence", digest),
  ],
  attribution: [
    ...STATEMENT,
    once("incident", row(number, digest)),
    once("finding", label),
    maybe("who", line),
    maybe("digest", digest),
    once("confidence", label),
    once("manner", oneOf("alone", "joint")),
    once("public", YES_NO),
    AFTER,
  ],
  keys: [...STATEMENT, once("threshold", small), some("officer", row(label, key)), maybe("recovery", key), AFTER],
  freeze: [...STATEMENT, maybe("reason", line), AFTER],
  rotation: [...STATEMENT, maybe("node", key), maybe("seal", key), AFTER],
  notice: [...STATEMENT, once("leaves", oneOf("given", "withdrawn")), AFTER],
  entry: [
    ...STATEMENT,
    once("admitted-by", row(number, digest)),
    once("checkpoint", row(number, digest)),
    once("sealed", cosignature),
    AFTER,
  ],
};

/** The kinds that follow from others, and the genesis. */
export const DERIVED = {
  genesis: GENESIS,
  decision: [
    once("council", digest),
    once("number", number),
    ...DECIDED,
    once("rule", label),
    once("outcome", oneOf("adopted", "not-adopted")),
    once("reason", line),
    once("roster", digest),
    maybe("package", digest),
    maybe("votes", digest),
    any("ballot", row(code, POSITION, number, digest)),
    any("mandate", row(code, code, number, digest)),
    any("not-entitled", row(code, line)),
  ],
  lapse: [once("council", digest), ...DECIDED, once("reason", line), any("missing", code)],
  block: [
    once("council", digest),
    once("height", number),
    once("previous", digest),
    once("time", time),
    once("proposer", code),
    once("round", small),
    once("roster", digest),
    once("size", number),
    once("root", digest),
  ],
};
