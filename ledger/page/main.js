// The page: a file and a digest go in, a verdict comes out.

import { CERTIFICATE_BYTES_MAX } from "./certificate.js";
import { isSupported } from "./ed25519.js";
import { verifyCertificate } from "./verify.js";
import { renderVerdict } from "./view.js";

const form = document.getElementById("form");
const fileInput = document.getElementById("file");
const digestInput = document.getElementById("digest");
const button = document.getElementById("verify");
const progress = document.getElementById("progress");
const result = document.getElementById("result");
const TITLE = document.title;

let run = 0;

/** What stands in the result follows from the present file and digest, or nothing stands there. */
function clear() {
  run += 1;
  result.replaceChildren();
  progress.textContent = "";
  document.title = TITLE;
  button.setAttribute("aria-disabled", "false");
}

async function verify() {
  clear();
  const own = run;
  button.setAttribute("aria-disabled", "true");
  progress.textContent = "Verifying…";
  const found = await verdictOn([...fileInput.files], digestInput.value.replace(/\s/g, "").toLowerCase());
  if (own !== run) return;
  button.setAttribute("aria-disabled", "false");
  progress.textContent = "";
  result.replaceChildren(...shown(found));
  const heading = document.getElementById("verdict");
  document.title = `${heading.textContent} – ${TITLE}`;
  heading.focus();
}

function shown(found) {
  try {
    return renderVerdict(found, found.measure?.number);
  } catch (error) {
    return renderVerdict(refusal("this page", `The page could not show what it has found: ${error}`));
  }
}

async function verdictOn(files, digest) {
  if (!(await isSupported())) {
    return refusal(
      "this browser",
      "This browser cannot verify Ed25519 signatures, so that nothing was verified. Chrome 137, Firefox 129 and Safari 17 or later can; so can the command.",
    );
  }
  if (files.length !== 1) return refusal("the form", "Choose one certificate file.");
  if (files[0].size > CERTIFICATE_BYTES_MAX) return refusal("the file", "A certificate has at most 8 MiB.");
  try {
    return await verifyCertificate(new Uint8Array(await files[0].arrayBuffer()), digest);
  } catch {
    return refusal("the file", "The file cannot be read.");
  }
}

function refusal(where, what) {
  return { verdict: "refused", where, what };
}

function drop(event) {
  event.preventDefault();
  document.body.classList.remove("over");
  if (event.dataTransfer.files.length === 0) return;
  fileInput.files = event.dataTransfer.files;
  clear();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") !== "true") verify();
});
for (const input of [fileInput, digestInput]) input.addEventListener("input", clear);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", drop);
