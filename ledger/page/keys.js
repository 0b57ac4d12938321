// The file `keys`: every key that has signed the log or sealed it, with the sizes at which it did (formats.md, section 3).

import { logName } from "./founding.js";
import { PLAIN } from "./note.js";
import { verifierKey } from "./policy.js";
import { sealOf } from "./signers.js";

/** The sizes that each key of each member signs, by the rosters of the blocks so far. */
export class Spans {
  #spans = [];
  #goingOn = new Map();

  /** These members decide a block, and seal the sizes from there on; the block before it ended at the size `above`. */
  take(above, members) {
    const due = new Map();
    for (const { code, node, seal } of members) {
      due.set(`log ${code} ${node}`, { use: "log", code, key: node });
      due.set(`seal ${code} ${seal}`, { use: "seal", code, key: seal });
    }
    for (const [name, span] of this.#goingOn) {
      if (due.has(name)) continue;
      span.last = above;
      this.#goingOn.delete(name);
    }
    for (const [name, key] of due) {
      if (this.#goingOn.has(name)) continue;
      const span = { ...key, first: above + 1, last: "-" };
      this.#goingOn.set(name, span);
      this.#spans.push(span);
    }
  }

  /** What the file says at the size where the last block ends. */
  async text(founded) {
    let text = "nemcon/v1 keys\n";
    for (const { use, code, key, first, last } of this.#spans) {
      const signer = use === "log" ? { name: logName(founded), type: PLAIN, key } : sealOf(founded.origin, code, key);
      text += `${use} ${first} ${last} ${code} ${await verifierKey(signer)}\n`;
    }
    return text;
  }
}
