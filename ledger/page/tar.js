// Tar archives (POSIX ustar and pax, and the long names of GNU tar). What another program could read otherwise is refused.

import { decodeUtf8 } from "./bytes.js";
import { refuse } from "./defect.js";

const WHERE = "the archive";
const BLOCK = 512;
const NAME_BYTES_MAX = 65536;
const [FILE, OLD_FILE, FOLDER] = ["0", "\0", "5"];
const [PAX, PAX_FOR_ALL, GNU_NAME, GNU_LINK] = ["x", "g", "L", "K"];

/** Whether bytes begin as a tar archive does. */
export function isTar(bytes) {
  return bytes.length >= BLOCK && [..."ustar"].every((letter, at) => bytes[257 + at] === letter.charCodeAt(0));
}

/** The entries: [{ path, isFile, isFolder, open }], where `open()` answers { packed, form, size }. */
export function tarEntries(bytes) {
  const entries = [];
  let [at, named, isEnded] = [0, null, false];
  while (at < bytes.length && !isEnded) {
    if (at + BLOCK > bytes.length) refuse(WHERE, "The archive is damaged: it ends within a header.");
    const header = bytes.subarray(at, at + BLOCK);
    isEnded = header.every((byte) => byte === 0);
    if (isEnded) break;
    verifySum(header);
    const size = sizeOf(header);
    const start = at + BLOCK;
    if (start + size > bytes.length) refuse(WHERE, "The archive is damaged: it ends within a file.");
    const content = bytes.subarray(start, start + size);
    const kind = String.fromCharCode(header[156]);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === PAX || kind === GNU_NAME) named = nameOf(kind, content);
    else if (kind !== PAX_FOR_ALL && kind !== GNU_LINK) {
      entries.push(entryOf(kind, named ?? headerName(header), content));
      named = null;
    }
  }
  return entries;
}

function entryOf(kind, path, content) {
  const isFolder = kind === FOLDER || (kind === OLD_FILE && path.endsWith("/"));
  const isFile = !isFolder && (kind === FILE || kind === OLD_FILE);
  return { path, isFolder, isFile, open: () => ({ packed: content, form: null, size: content.length }) };
}

/** The sum of a header, in which the eight bytes of the sum itself count as spaces. */
function verifySum(header) {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(fieldText(header, 148, 8)) !== sum) refuse(WHERE, "The archive is damaged: the sum of a header is wrong.");
}

function sizeOf(header) {
  const size = octal(fieldText(header, 124, 12));
  if (size === null) refuse(WHERE, "The archive is damaged: the length of a file is no number.");
  return size;
}

function octal(text) {
  const digits = text.trim();
  return /^[0-7]{1,11}$/.test(digits) ? parseInt(digits, 8) : null;
}

function fieldText(bytes, at, length) {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return textOf(end < 0 ? field : field.subarray(0, end));
}

function textOf(bytes) {
  const text = decodeUtf8(bytes);
  if (text === null) refuse(WHERE, "A name in the archive is not UTF-8.");
  return text;
}

function headerName(header) {
  const prefix = fieldText(header, 257, 6) === "ustar" ? fieldText(header, 345, 155) : "";
  const name = fieldText(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** The name that an extended header gives to the next entry, or null. A length there would be another than the one that was read. */
function nameOf(kind, content) {
  if (content.length > NAME_BYTES_MAX) refuse(WHERE, "A name in the archive is too long.");
  if (kind === GNU_NAME) return fieldText(content, 0, content.length);
  let [rest, path] = [content, null];
  while (rest.length > 0) {
    const space = rest.indexOf(32);
    const length = space > 0 && space < 6 ? Number(textOf(rest.subarray(0, space))) : NaN;
    if (!(length > space + 2 && length <= rest.length))
      refuse(WHERE, "The archive is damaged: an extended header is none.");
    const [key, ...value] = textOf(rest.subarray(space + 1, length - 1)).split("=");
    if (key === "size" || key.startsWith("GNU.sparse"))
      refuse(WHERE, "It is a tar archive of a form that this page does not read.");
    if (key === "path") path = value.join("=");
    rest = rest.subarray(length);
  }
  return path;
}
