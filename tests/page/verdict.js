// The verdict of the page in the words of the command.

import { verifyCertificate } from "../../ledger/page/verify.js";

const WORDS = { verified: "VERIFIED", public: "VERIFIED AS FAR AS IT IS PUBLIC", refused: "NOT VERIFIED" };

/** The last line of what `nemcon verify` prints. */
export async function verdictWords(bytes, digest) {
  return wordsOf(await verifyCertificate(bytes, digest));
}

/** A verdict in words. */
export function wordsOf({ verdict, missing }) {
  if (verdict !== "open") return WORDS[verdict];
  return missing.length === 0
    ? "NOT final: all ballots are in, and no decision is shown"
    : `NOT final: missing ${missing.join(" ")}`;
}
