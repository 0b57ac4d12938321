// A council at work, and every page that a desk has of it.

import fs from "node:fs";
import path from "node:path";
import { draft } from "./network.js";

/** Tables, signs, reserves and reports, so that no page is empty; `members` are the codes of the network. */
export async function furnish(net, members) {
  const [first, second, third] = members;
  const table = (code, title, more) => net.table(code, draft(title, more));
  const cast = async (code, number, position, ...more) =>
    net.nemcon(code, "ballot", "cast", String(number), position, ...more, "--yes", "--text", await net.text(number));
  const adopted = await table(second, "Council conclusions on cyber diplomacy");
  for (const code of members) await cast(code, adopted, "in-favour");
  const incident = path.join(net.folder, "incident.toml");
  fs.writeFileSync(incident, 'title = "Intrusion into the network of a ministry"\ncategory = "intrusion"\nfrom = "2026-10-01T08:00:00Z"\nsummary = ["Mail was read over several weeks."]\n[severity]\nscope = "high"\nimpact = "medium"\n');
  await net.nemcon(second, "incident", "report", incident, "--yes");
  const framework = await net.table(
    third,
    'title = "Council Decision concerning restrictive measures against cyber-attacks threatening the Union or its Member States"\nkind = "framework"\n' +
      'basis = ["Article 29 TEU"]\ncategory = "restrictive"\nprocedure = "written"\nincidents = [1]\ncloses_in = "9 days"\nexpires = "2028-12-31T00:00:00Z"\n' +
      'summary = ["This Decision applies to cyber-attacks with a significant effect, including attempted cyber-attacks with a potentially significant effect, which constitute an external threat to the Union or its Member States.", "Member States shall take the measures necessary to prevent the entry into, or transit through, their territories of natural persons who are responsible for such attacks."]\n' +
      'proportionality = "Less severe means have been used and did not suffice."\n[[documents]]\nname = "annex.pdf"\nlength = 48213\ndigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"\n',
  );
  const declaration = path.join(net.folder, "declaration.txt");
  fs.writeFileSync(declaration, "A declaration.\n");
  for (const code of members.slice(3, -2)) await cast(code, framework, "in-favour");
  await cast(second, framework, "in-favour");
  await cast(third, framework, "abstain-qualified", "--declaration", declaration);
  await net.nemcon(members.at(-1), "reservation", "place", String(framework), "parliamentary-scrutiny", "--reason", "The chamber meets on Thursday.", "--yes", "--text", await net.text(framework));
  const revised = await table(second, "Council conclusions on a framework for a joint diplomatic response");
  const file = path.join(net.folder, "revised.toml");
  fs.writeFileSync(file, draft("Council conclusions on a framework for a joint diplomatic response").replace("And so.", "And otherwise."));
  await cast(first, revised, "in-favour");
  await net.nemcon(second, "measure", "revise", String(revised), file, "--yes", "--text", await net.text(revised), "--json").catch(async () => {
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('closes_in = "3 days"', 'closes = "2027-03-01T12:00:00Z"'));
    await net.nemcon(second, "measure", "revise", String(revised), file, "--yes", "--text", await net.text(revised));
  });
  return { adopted, framework, revised };
}

/** Every page, by a name. */
export const places = ({ adopted, framework, revised }) => ({
  today: "/",
  measures: "/measures",
  measure: `/measures/${framework}`,
  adopted: `/measures/${adopted}`,
  versions: `/measures/${revised}/versions`,
  documents: `/measures/${framework}/documents`,
  ballot: `/measures/${framework}/act/ballot`,
  "not-yet": `/measures/${framework}/act/reserve`,
  mandate: `/measures/${framework}/act/mandate`,
  remark: `/measures/${framework}/act/remark`,
  kinds: "/table",
  table: "/table/framework",
  package: "/package",
  incidents: "/incidents",
  incident: "/incidents/1",
  attribute: "/incidents/1/attribute",
  report: "/incidents/report",
  council: "/council",
  freeze: "/council/freeze",
  notice: "/council/notice",
  "what-if": "/what-if?kind=framework&BE=in-favour&BG=abstain-qualified&CZ=against",
  ledger: "/ledger",
  record: "/ledger/4",
  nodes: "/nodes",
  minutes: `/minutes?measure=${adopted}`,
  "not-found": "/measures/999",
});
