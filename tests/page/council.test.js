// The council from block to block, and what ballots amount to: the cases of docs/formats.md, section 2, that no sample plays.

import assert from "node:assert/strict";
import test from "node:test";
import { faultyMax, firstCouncil, stateAfter } from "../../ledger/page/council.js";
import { amountTo } from "../../ledger/page/outcome.js";
import { Verifier } from "../../ledger/page/ed25519.js";

const DAY = 24 * 60 * 60 * 1000;
const verifier = new Verifier();
const law = { noticeDays: 731n };

function member(code) {
  return {
    code,
    weight: 10n,
    required: 1,
    name: code,
    officers: [{ label: "desk", key: `${code} desk` }],
    recovery: `${code} r`,
    node: `${code} n`,
    seal: `${code} s`,
  };
}

function council(count) {
  const members = Array.from({ length: count }, (_, at) => member(`M${at + 1}`));
  return firstCouncil({ state: { members, participants: new Map(), total: BigInt(count) * 10n } });
}

function statement(kind, by, fields = {}) {
  return { kind, lines: [{}], where: kind, fields: { by, ...fields } };
}

const rotation = (by, node = `${by} n2`, seal = null) => statement("rotation", by, { node, seal });
const keys = (by) => statement("keys", by, { threshold: 1n, officer: [["desk", `${by} desk 2`]], recovery: null });
const notice = (by, leaves = "given") => statement("notice", by, { leaves });

function adopted(fields) {
  const none = { admits: null, departs: null, appoints: null, weight: [], "total-weight": null, "next-rules": null };
  return {
    kind: "decision",
    lines: [],
    where: "decision",
    fields: { measure: 1n, text: "t" },
    changes: { where: "text", fields: { ...none, ...fields } },
  };
}

function after(state, ...blocks) {
  return blocks.reduce((before, records, at) => stateAfter(before, records, (at + 1) * 1000, { law, verifier }), state);
}

const nodes = ({ members }) => members.map(({ node }) => node);
const codes = ({ members }) => members.map(({ code }) => code);

test("f is a third of the others, rounded down", () => {
  assert.deepEqual([1, 2, 3, 4, 6, 7, 10, 27].map(faultyMax), [0, 0, 0, 1, 1, 2, 3, 8]);
});

test("as many changes of nodes act in a block as members may fail, at least one, and the rest wait in their order", () => {
  const first = after(council(7), [rotation("M3"), rotation("M1"), rotation("M2")]);
  assert.deepEqual(nodes(first).slice(0, 3), ["M1 n2", "M2 n", "M3 n2"]);
  assert.deepEqual(nodes(after(first, [])).slice(0, 3), ["M1 n2", "M2 n2", "M3 n2"]);
});

test("a new change of a member replaces its former one and stands at the end", () => {
  const state = after(council(4), [rotation("M1"), rotation("M2"), rotation("M3")], [rotation("M2", "M2 n3")], []);
  assert.deepEqual(nodes(state), ["M1 n2", "M2 n3", "M3 n2", "M4 n"]);
});

test("a seal key alone changes at once", () => {
  const state = after(council(4), [rotation("M1", null, "M1 s2"), rotation("M2", null, "M2 s2")]);
  assert.deepEqual(
    state.members.map(({ seal }) => seal),
    ["M1 s2", "M2 s2", "M3 s", "M4 s"],
  );
});

test("a freeze takes a waiting change and a notice away, and the rotation of its own block", () => {
  const waiting = after(council(4), [rotation("M1"), rotation("M2")], []);
  assert.deepEqual(nodes(waiting), ["M1 n2", "M2 n2", "M3 n", "M4 n"]);
  const frozen = after(
    council(4),
    [rotation("M1"), rotation("M2"), notice("M2")],
    [statement("freeze", "M2", {}), rotation("M2", null, "M2 s2")],
    [],
  );
  assert.deepEqual(nodes(frozen), ["M1 n2", "M2 n", "M3 n", "M4 n"]);
  assert.equal(frozen.members[1].seal, "M2 s");
  assert.ok(frozen.frozen.has("M2") && !frozen.notices.has("M2"));
  assert.ok(!after(frozen, [keys("M2")]).frozen.has("M2"));
});

test("officers change at the end of their block", () => {
  const state = after(council(4), [keys("M2")]);
  assert.deepEqual(state.members[1].officers, [{ label: "desk", key: "M2 desk 2" }]);
});

test("a notice that is old enough lets its member leave, and one taken back does not", () => {
  const given = after(council(4), [notice("M2"), notice("M3")]);
  const early = stateAfter(given, [], 1000 + 731 * DAY - 1, { law, verifier });
  assert.deepEqual(codes(early), ["M1", "M2", "M3", "M4"]);
  const due = stateAfter(given, [], 1000 + 731 * DAY, { law, verifier });
  assert.deepEqual(codes(due), ["M1", "M3", "M4"]);
  assert.equal(due.total, 30n);
  const stays = stateAfter(due, [notice("M3", "withdrawn")], 2000 + 731 * DAY, { law, verifier });
  assert.deepEqual(codes(stays), ["M1", "M3", "M4"]);
  assert.deepEqual(codes(stateAfter(due, [], 2000 + 731 * DAY, { law, verifier })), ["M1", "M4"]);
  assert.deepEqual(codes(stateAfter(given, [], 1000 + 731 * DAY, { law: { noticeDays: null }, verifier })), [
    "M1",
    "M2",
    "M3",
    "M4",
  ]);
});

test("an adopted departure needs a notice that stands", () => {
  const state = after(council(4), [notice("M2")]);
  assert.deepEqual(codes(after(state, [adopted({ departs: "M2" })])), ["M1", "M3", "M4"]);
  assert.throws(() => after(council(4), [adopted({ departs: "M2" })]), /No notice/);
});

test("the last member stays", () => {
  assert.deepEqual(codes(after(council(1), [notice("M1")], [adopted({ departs: "M1" })])), ["M1"]);
});

test("weights change before those who enter or leave change the whole", () => {
  const state = after(
    council(4),
    [notice("M2")],
    [adopted({ weight: [["M1", 25n]], "total-weight": 100n }), adopted({ departs: "M2" })],
  );
  assert.deepEqual(
    state.members.map(({ weight }) => weight),
    [25n, 10n, 10n],
  );
  assert.equal(state.total, 90n);
});

test("the state before a block stays as it is", () => {
  const before = council(4);
  after(before, [rotation("M1"), notice("M2"), statement("freeze", "M3")]);
  assert.deepEqual(nodes(before), ["M1 n", "M2 n", "M3 n", "M4 n"]);
  assert.equal(before.notices.size + before.frozen.size + before.queue.length, 0);
});

const third = [
  { above: 1n, below: 3n },
  { above: 1n, below: 3n },
];
const amounts = (positions, lost = null, weights = [10n, 10n, 10n], total = 30n) => {
  const names = positions.map((_, at) => `M${at + 1}`);
  const sizes = { members: positions.length, total, weights: new Map(names.map((code, at) => [code, weights[at]])) };
  return amountTo(
    new Map(names.map((code, at) => [code, positions[at]])),
    sizes,
    { qualified: third, ofWhat: "population" },
    lost,
  );
};

test("ballots amount to the first reason that fits", () => {
  const [yes, no, empty, declared] = ["in-favour", "against", "abstain", "abstain-qualified"];
  assert.deepEqual(amounts([yes, yes, yes]), { adopted: true, reason: "all 3 in favour" });
  assert.deepEqual(amounts([yes, empty, yes]), { adopted: true, reason: "2 in favour, 1 abstained, none against" });
  assert.deepEqual(amounts([no, declared, no]), { adopted: false, reason: "against: M1 M3" });
  assert.deepEqual(amounts([empty, empty, empty]), { adopted: false, reason: "nobody in favour" });
  assert.deepEqual(amounts([yes, yes, yes], 7n), {
    adopted: false,
    reason: "its package cannot be adopted: measure 7 is not",
  });
  assert.deepEqual(amounts([yes, declared, yes]), {
    adopted: false,
    reason: "qualified abstention of 1 members with 33.33 % of the population",
  });
});

test("qualified abstentions block at both thirds, and not below one of them", () => {
  const positions = ["in-favour", "abstain-qualified", "in-favour"];
  assert.equal(
    amounts(positions, null, [10n, 9n, 11n]).reason,
    "2 in favour, 1 abstained with a declaration, none against",
  );
  assert.equal(amounts(positions, null, [10n, 10n, 10n], 31n).adopted, true);
  const four = ["in-favour", "abstain-qualified", "in-favour", "in-favour"];
  assert.equal(amounts(four, null, [1n, 97n, 1n, 1n], 100n).adopted, true);
});

test("a share is rounded to two decimals, half a hundredth up", () => {
  const share = (weight, total) =>
    amounts(["in-favour", "abstain-qualified", "in-favour"], null, [1n, weight, 1n], total).reason.match(/[\d.]+ %/)[0];
  assert.deepEqual(
    [share(1n, 1n), share(2n, 3n), share(7000n, 20000n), share(7001n, 20000n), share(3n, 7n)],
    ["100.00 %", "66.67 %", "35.00 %", "35.01 %", "42.86 %"],
  );
});
