// Zip archives, by their central directory (PKWARE APPNOTE). What another program could read otherwise is refused.

import { decodeUtf8 } from "./bytes.js";
import { refuse } from "./defect.js";

const WHERE = "the archive";
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65535;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
const ZIP64 = 0xffffffff;
const UNIX = 3;
const FILE_TYPES = 0xf000;
const REGULAR = 0x8000;

/** The entries: [{ path, isFile, isFolder, open }], where `open()` answers { packed, form, size, sum }. */
export function zipEntries(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const [disk, startDisk, here, count] = [4, 6, 8, 10].map((at) => view.getUint16(end + at, true));
  const [size, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (disk !== 0 || startDisk !== 0 || here !== count || start === ZIP64 || count === 0xffff)
    refuse(WHERE, "It is a zip archive of a form that this page does not read. The command may.");
  if (start + size !== end) refuse(WHERE, "The archive is damaged: its directory does not end where its end begins.");
  const entries = [];
  let at = start;
  for (let n = 0; n < count; n += 1) {
    const entry = readEntry(view, bytes, at, end);
    entries.push(entry);
    at += entry.length;
  }
  if (at !== end) refuse(WHERE, "The archive is damaged: its directory holds more than it counts.");
  return entries;
}

function findEnd(view) {
  const least = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = view.byteLength - END_BYTES; at >= least; at -= 1) {
    const isEnd =
      view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength;
    if (isEnd) return at;
  }
  return refuse(WHERE, "The archive is damaged: it has no end.");
}

function readEntry(view, bytes, at, end) {
  if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY)
    refuse(WHERE, "The archive is damaged: an entry is none.");
  const [maker, flags, method] = [view.getUint8(at + 5), view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [sum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
  const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const length = ENTRY_BYTES + lengths.reduce((sum, each) => sum + each, 0);
  if (at + length > end) refuse(WHERE, "The archive is damaged: an entry goes on behind the directory.");
  const path = decodeUtf8(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + lengths[0]));
  if (path === null) refuse(WHERE, "A name in the archive is not UTF-8.");
  const local = view.getUint32(at + 42, true);
  const kind = maker === UNIX ? (view.getUint32(at + 38, true) >>> 16) & FILE_TYPES : 0;
  const isFolder = path.endsWith("/");
  const open = () => {
    if (flags & ENCRYPTED || ![STORED, DEFLATED].includes(method) || [packed, size, local].includes(ZIP64))
      refuse(WHERE, `The archive packs ${path} in a form that this page does not read.`);
    const form = method === DEFLATED ? "deflate-raw" : null;
    return { packed: packedBytes(view, bytes, local, packed), form, size, sum };
  };
  return { path, isFolder, isFile: !isFolder && (kind === 0 || kind === REGULAR), open, length };
}

function packedBytes(view, bytes, local, packed) {
  const isLocal = local + LOCAL_BYTES <= bytes.length && view.getUint32(local, true) === LOCAL;
  if (!isLocal) refuse(WHERE, "The archive is damaged: a file does not stand where its directory says.");
  const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) refuse(WHERE, "The archive is damaged: a file goes on behind its end.");
  return bytes.subarray(start, start + packed);
}
