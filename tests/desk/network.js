// A real test network and desks over it, for the tests of what a delegation does in the browser.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const NEMCON = process.env.NEMCON;

/** Runs a command of nemcon in the network; the words that it prints. */
export async function nemcon(...args) {
  const { stdout } = await run(NEMCON, args, { maxBuffer: 1 << 24 });
  return stdout;
}

/** A test network of so many members, in a folder of its own. */
export async function network(members = 4) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "desk-test-"));
  const net = path.join(dir, "net");
  await nemcon("testnet", "up", "--members", String(members), "--dir", net);
  const desks = [];
  const as = (code) => ["--dir", net, "--as", code];
  return {
    dir: net,
    folder: dir,
    /** Runs a command for a party. */
    nemcon: (code, ...args) => nemcon(...args, ...as(code)),
    /** What a command says in JSON. */
    json: async (code, ...args) => JSON.parse(await nemcon(...args, ...as(code), "--json")),
    /** Opens a desk for a party; `args` are further options. */
    desk: async (code, ...args) => {
      const options = args.some((it) => it === "--node") ? args : [...as(code), ...args];
      const opened = await desk(...options);
      desks.push(opened);
      return opened;
    },
    /** Tables a measure from words of its fields. */
    table: async (code, draft) => {
      const file = path.join(dir, `draft-${Math.random().toString(36).slice(2)}.toml`);
      fs.writeFileSync(file, draft);
      const { measure } = JSON.parse(await nemcon("measure", "table", file, "--yes", "--json", ...as(code)));
      return measure;
    },
    /** The hash of the text of a measure. */
    text: async (number) => JSON.parse(await nemcon("measure", "show", String(number), "--json", ...as("BE"))).text_hash,
    down: async () => {
      for (const one of desks) await one.close();
      await nemcon("testnet", "down", "--dir", net).catch(() => {});
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A desk as a process of its own: the link that it printed, and how it is closed. */
export async function desk(...options) {
  const child = spawn(NEMCON, ["desk", "--no-open", "--json", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let wrong = "";
  child.stderr.on("data", (data) => (wrong += data));
  const link = await new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      said += data;
      const found = said.match(/"link": "([^"]+)"/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the desk ended with ${code}: ${said}${wrong}`)));
  });
  const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  return {
    link,
    base: new URL(link).origin,
    pid: child.pid,
    /** Ends it as Ctrl-C does. */
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      return ended;
    },
    /** Ends it at once. */
    kill: async () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** The plain words of a draft that anybody may table. */
export const draft = (title, more = "") =>
  `title = ${JSON.stringify(title)}\nkind = "conclusions"\ncategory = "stability"\nsummary = ["It is so.", "And so."]\nprocedure = "written"\ncloses_in = "3 days"\n${more}`;

/** Waits until something holds, by asking again and again; fails when it never does. */
export async function until(what, holds) {
  for (let asked = 0; asked < 200; asked++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`never: ${what}`);
}
