// What a receipt shows, in the words of `nemcon verify`.

const POSITIONS = {
  "in-favour": "in favour",
  abstain: "abstains",
  "abstain-qualified": "abstains with a declaration",
  against: "AGAINST",
  retracted: "retracted",
};

/** Whose ballot it is and what it says, or null where the record is no ballot. */
export function ballotLine({ record: { kind, fields } }) {
  if (kind !== "ballot") return null;
  const { for: code, position, measure, revision, title } = fields;
  return `${code}: ${POSITIONS[position]} on measure ${measure}, revision ${revision}: ${title}`;
}

/** The lines behind the text, as [what, said]. */
export function receiptRows({ index, size, sealedBy, lacking }) {
  const sealed = `${index} of a log of ${size}, sealed by ${sealedBy.length} of the policy: ${sealedBy.join(" ")}`;
  const rows = [["record", sealed]];
  if (lacking.length > 0 || sealedBy.length === 0) {
    const who = lacking.length === 0 ? "anybody" : lacking.join(" ");
    const why = "this policy asks for fewer than all, and a decision is final only when all have sealed";
    rows.push(["not sealed", `by ${who}: ${why}`]);
  }
  const told = "whose keys the policy names: trust comes from where you have it; whether the ballot was replaced later";
  return [...rows, ["not told", told]];
}

/** All of it as the command prints it. */
export function receiptText(found) {
  const ballot = ballotLine(found);
  const { lines, text } = found.record;
  const head = lines.length === 0 ? "" : `${ballot === null ? "" : `${ballot}\n`}\n${text}\n`;
  const rows = receiptRows(found).map(([what, said]) => `${what.padEnd(11)} ${said}\n`);
  return `${head}${rows.join("")}VERIFIED`;
}
