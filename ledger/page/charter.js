// The charter of a genesis as the law that every statement is judged by (formats.md, section 1, "The genesis").

/** All that the charter says of what may be said, by whom, and how it is decided. */
export function charterOf(fields) {
  const words = (name) => fields[`charter-${name}`] ?? [];
  return {
    rules: new Map(fields["charter-rule"].map(([name, who, more]) => [name, ruleOf(who, more)])),
    kinds: new Map(fields["charter-kind"].map((kind) => [kind.value[0], kindOf(kind)])),
    elsewhereKinds: fields["charter-elsewhere"]
      .map((each) => each["charter-elsewhere-kind"])
      .filter((kind) => kind !== null),
    elsewhereOn: fields["charter-elsewhere"].flatMap((each) => each["charter-on"]),
    procedures: new Map(fields["charter-procedure"].map(procedureOf)),
    bases: fields["charter-basis"],
    references: new Map(fields["charter-reference"].map((each) => [each.value, each["charter-form"]])),
    categories: fields["charter-category"].map(([category]) => category),
    applies: new Map(fields["charter-applies"].map(([word, ...sorts]) => [word, sorts])),
    sources: new Map(fields["charter-source"]),
    qualified: fields["charter-qualified"],
    ofWhat: fields["charter-weight"][1],
    publication: fields["charter-publication"],
    releasedBy: fields["charter-released-by"],
    hasMandates: fields["charter-mandates"] !== null,
    noticeDays: fields["charter-notice-days"],
    shareBlock: fields["charter-share-block"],
    shares: Object.fromEntries(["day", "ballots", "changes"].map((name) => [name, fields[`charter-share-${name}`]])),
    words,
  };
}

function ruleOf(who, more) {
  const words = more === undefined ? [] : more.split(" ");
  const least = words.includes("at-least") ? Number(words.at(-1)) : 1;
  return { who, hasAbstention: !words.includes("no-abstention"), hasMandates: !words.includes("no-mandates"), least };
}

function kindOf(kind) {
  return {
    name: kind.value[0],
    isQualified: kind.value.length > 1,
    source: kind["charter-kind-source"],
    table: kind["charter-kind-table"],
    votes: kind["charter-kind-votes"],
    effect: kind["charter-effect"],
    decided: kind["charter-decided"].map(({ value: [rule, how], "charter-on": on }) => ({ rule, how, on })),
    requires: kind["charter-requires"] ?? [],
  };
}

function procedureOf({ value: [label, tacit], "charter-procedure-attests": attests }) {
  return [label, { isTacit: tacit !== undefined, attests: attests ?? [] }];
}

/** Whether a legal basis is the one that a charter names: the same, or with groups in parentheses more in one place. */
export function meets(basis, named) {
  let at = 0;
  while (at < basis.length && basis[at] === named[at]) at += 1;
  return basis.slice(at).replace(/^(?:\([^()]+\))+/, "") === named.slice(at);
}

const FORMS = {
  "<number>": "[1-9][0-9]*",
  "<digits>": "[0-9]+",
  "<year>": "[0-9]{4}",
  "<yy>": "[0-9]{2}",
  "<letters>": "[A-Z]+",
  "<letter>": "[a-z]",
};

/** Whether words have a form of the charter. */
export function hasForm(words, form) {
  const parts = form.split(/(<[a-z]+>)/);
  const pattern = parts.map((part) => FORMS[part] ?? part.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("");
  return new RegExp(`^${pattern}$`).test(words);
}
