// The files of one export out of an archive, and no others, in the memory of the page (docs/audit.md).

import { refuse } from "./defect.js";
import { shorten } from "./note.js";
import { isTar, tarEntries } from "./tar.js";
import { zipEntries } from "./zip.js";

/** The longest archive, and how much it unpacks to. The command takes more. */
export const ARCHIVE_BYTES_MAX = 512 * 1024 * 1024;
const ENTRIES_MAX = 1 << 17;
const NOTE_BYTES_MAX = 128 * 1024;
const TILE_BYTES_MAX = 256 * (2 + 65535);
const WHERE = "the archive";
const NOTES = ["genesis", "checkpoint", "finality.policy", "advance.policy", "keys", "public"];
const TILE = /^tile\/(?:entries|[0-9]|[1-5][0-9]|6[0-3])(?:\/x[0-9]{3})*\/[0-9]{3}(?:\.p\/[1-9][0-9]{0,2})?$/;

const SUMS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** Whether a file begins as an archive does. */
export function isArchive(bytes) {
  return isZip(bytes) || isGzip(bytes) || isTar(bytes);
}

function isZip(bytes) {
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

function isGzip(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The files of the one export in an archive: { files: Map(path, bytes), strays: [path] }. The export may lie in a folder. Each file
 * stands once; what else lies in the archive is told and not unpacked.
 */
export async function unpack(bytes) {
  const entries = await entriesOf(bytes);
  if (entries.length > ENTRIES_MAX)
    refuse(WHERE, "The archive holds more files than this page unpacks. The command may.");
  const files = new Map();
  const strays = [];
  let [below, sum] = [null, 0];
  for (const { path, isFile, isFolder, open } of entries) {
    if (isFolder) continue;
    if (!isFile) {
      strays.push(`${path} (not a regular file)`);
      continue;
    }
    const parts = partsOf(path);
    below ??= folderOf(parts);
    const name = nameBelow(parts, below);
    if (name === null) {
      if (isAnothers(parts))
        refuse(WHERE, `It holds more than one export: ${shorten(path)} lies beside the first one.`);
      strays.push(path);
      continue;
    }
    if (files.has(name)) refuse(WHERE, `It holds ${name} twice.`);
    files.set(name, await inflate(open(), mostOf(name), name));
    sum += files.get(name).length;
    if (sum > ARCHIVE_BYTES_MAX)
      refuse(WHERE, "It unpacks to more than 512 MiB, which this page does not do. The command may.");
  }
  return { files, strays };
}

async function entriesOf(bytes) {
  if (isZip(bytes)) return zipEntries(bytes);
  if (isTar(bytes)) return tarEntries(bytes);
  if (!isGzip(bytes)) refuse(WHERE, "It is no archive: neither tar, tar with gzip, nor zip.");
  const tar = await inflate({ packed: bytes, form: "gzip", size: null }, ARCHIVE_BYTES_MAX, "the archive");
  if (!isTar(tar)) refuse(WHERE, "It is no archive: neither tar, tar with gzip, nor zip.");
  return tarEntries(tar);
}

/** The parts of a path without dots, or null where it leads out of its folder. */
function partsOf(path) {
  const parts = path.split("/").filter((part) => part !== "." && part !== "");
  return path.startsWith("/") || path.includes("\0") || parts.includes("..") ? null : parts;
}

function isOwn(name) {
  return NOTES.includes(name) || TILE.test(name);
}

/** The folder of the first file of an export; null before there is one. */
function folderOf(parts) {
  const at = parts === null ? -1 : parts.findIndex((_, from) => isOwn(parts.slice(from).join("/")));
  return at < 0 ? null : parts.slice(0, at).join("/");
}

function nameBelow(parts, below) {
  if (parts === null || below === null) return null;
  const whole = parts.join("/");
  const name = below === "" ? whole : whole.startsWith(`${below}/`) ? whole.slice(below.length + 1) : "";
  return isOwn(name) ? name : null;
}

/** The file `keys` grows with the changes of keys, and has no limit of its own. */
function mostOf(name) {
  if (name === "keys") return ARCHIVE_BYTES_MAX;
  return name.startsWith("tile/") ? TILE_BYTES_MAX : NOTE_BYTES_MAX;
}

function isAnothers(parts) {
  return parts !== null && ["genesis", "checkpoint"].includes(parts.at(-1));
}

/** What a file unpacks to, at most `most` bytes. */
async function inflate({ packed, form, size, sum }, most, name) {
  if (form === null) {
    if (packed.length !== size) refuse(WHERE, `The archive is damaged: ${name} has another length than it says.`);
    if (packed.length > most) refuse(name, "The file is longer than what it can hold.");
    return verifySum(packed, sum, name);
  }
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream(form)).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length > most) break;
    }
  } catch {
    refuse(WHERE, `The archive is damaged: ${name} cannot be unpacked.`);
  }
  if (length > most) {
    await reader.cancel().catch(() => {});
    refuse(name, "The file is longer than what it can hold.");
  }
  if (size !== null && length !== size)
    refuse(WHERE, `The archive is damaged: ${name} has another length than it says.`);
  return verifySum(joined(parts, length), sum, name);
}

/** The CRC-32 that a zip archive has of each file, which hides nothing and tells a damaged one. */
function verifySum(bytes, sum, name) {
  if (sum === undefined) return bytes;
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ SUMS[(rest ^ byte) & 0xff];
  if ((rest ^ 0xffffffff) >>> 0 !== sum) refuse(WHERE, `The archive is damaged: the sum of ${name} is wrong.`);
  return bytes;
}

function joined(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
