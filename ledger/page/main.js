// The page: a file and what vouches for it go in, a verdict comes out.

import { verifyExport } from "./audit.js";
import { renderAudit, renderReceipt } from "./auditview.js";
import { encodeUtf8 } from "./bytes.js";
import { CERTIFICATE_BYTES_MAX } from "./certificate.js";
import { Defect } from "./defect.js";
import { isSupported } from "./ed25519.js";
import { POLICY_BYTES_MAX } from "./policy.js";
import { isReceipt, verifyReceipt } from "./receipt.js";
import { ARCHIVE_BYTES_MAX, isArchive, unpack } from "./unpack.js";
import { verifyCertificate } from "./verify.js";
import { renderVerdict } from "./view.js";

const HEAD_BYTES = 512;
const at = (id) => document.getElementById(id);
const [form, fileInput, digestInput, policyInput] = ["form", "file", "digest", "policy"].map(at);
const [button, progress, bar, result] = ["verify", "progress", "bar", "result"].map(at);
const TITLE = document.title;

let run = 0;

/** What stands in the result follows from what stands in the form, or nothing stands there. */
function clear() {
  run += 1;
  result.replaceChildren();
  progress.textContent = "";
  bar.hidden = true;
  document.title = TITLE;
  button.setAttribute("aria-disabled", "false");
}

/** The policy is asked for where the file is a receipt. */
async function ask() {
  clear();
  const own = run;
  const [file] = fileInput.files;
  const isOne = file !== undefined && isReceipt(await headOf(file));
  if (own !== run) return;
  askPolicy(isOne);
}

function askPolicy(isAsked) {
  at("policy-field").hidden = !isAsked;
  at("optional").hidden = !isAsked;
}

async function headOf(file) {
  try {
    return new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    return new Uint8Array(0);
  }
}

async function verify() {
  clear();
  const own = run;
  button.setAttribute("aria-disabled", "true");
  progress.textContent = "Verifying…";
  const told = (done, size) => {
    if (own === run) showProgress(done, size);
    else throw new Defect("this page", "Something else was asked for.");
  };
  const nodes = await shownOn([...fileInput.files], told);
  if (own !== run) return;
  clear();
  result.replaceChildren(...nodes);
  const heading = at("verdict");
  document.title = `${heading.textContent} – ${TITLE}`;
  heading.focus();
}

function showProgress(done, size) {
  bar.hidden = false;
  bar.max = size;
  bar.value = done;
}

async function shownOn(files, told) {
  try {
    return await judge(files, told);
  } catch (error) {
    if (error instanceof Defect) return refusal(error.where, error.what);
    return refusal("this page", `The page could not show what it has found: ${error}`);
  }
}

/** The nodes that show the verdict. */
async function judge(files, told) {
  if (!(await isSupported())) {
    return refusal(
      "this browser",
      "This browser cannot verify Ed25519 signatures, so that nothing was verified. Chrome 137, Firefox 129 and Safari 17 or later can; so can the command.",
    );
  }
  if (files.length !== 1) return refusal("the form", "Choose one file.");
  const [file] = files;
  const digest = digestInput.value.replace(/\s/g, "").toLowerCase();
  const head = await headOf(file);
  if (isArchive(head)) return judgeExport(file, digest, told);
  if (file.size > CERTIFICATE_BYTES_MAX) return refusal("the file", "A certificate or a receipt has at most 8 MiB.");
  const bytes = await bytesOf(file);
  if (!isReceipt(bytes)) return shown(await verifyCertificate(bytes, digest));
  askPolicy(true);
  return shown(await verifyReceipt(bytes, encodeUtf8(pasted(policyInput.value)), digest === "" ? null : digest));
}

async function judgeExport(file, digest, told) {
  if (file.size > ARCHIVE_BYTES_MAX)
    return refusal("the file", "This page reads archives of at most 512 MiB. The command reads larger ones.");
  const { files, strays } = await unpack(await bytesOf(file));
  const found = await verifyExport(files, digest, told);
  return found.verdict === "refused" ? shown(found) : renderAudit(found, [...strays, ...found.strays]);
}

async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Defect("the file", "The file cannot be read.");
  }
}

/** A pasted text often lacks the end of its last line. */
function pasted(text) {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function shown(found) {
  return found.verdict === "receipt" ? renderReceipt(found) : renderVerdict(found, found.measure?.number);
}

function refusal(where, what) {
  return renderVerdict({ verdict: "refused", where, what });
}

/** A policy that is dropped goes into its field, any other file into that of files. */
async function drop(event) {
  event.preventDefault();
  document.body.classList.remove("over");
  const { files } = event.dataTransfer;
  const dropped = [...files];
  const policy = dropped.find(({ name }) => name.endsWith(".policy"));
  const rest = dropped.filter((file) => file !== policy);
  if (rest.length > 0) {
    const kept = new DataTransfer();
    rest.forEach((file) => kept.items.add(file));
    fileInput.files = kept.files;
  }
  if (dropped.length > 0) await ask();
  if (policy === undefined) return;
  askPolicy(true);
  policyInput.value = policy.size > POLICY_BYTES_MAX ? "" : await policy.text();
  clear();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") !== "true") verify();
});
fileInput.addEventListener("input", ask);
for (const input of [digestInput, policyInput]) input.addEventListener("input", clear);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", drop);
