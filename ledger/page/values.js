// The values of fields: one reader for each sort of value of formats.md, section 1. A reader answers undefined for what is
// not a value of its sort.

import { decodeBase64, encodeUtf8 } from "./bytes.js";

const U64 = 2n ** 64n;
const U32 = 2n ** 32n;
const LINE_BYTES_MAX = 2000;
const SOURCE_BYTES_MAX = 1900;
const LAST_TIME = Date.parse("9999-12-29T23:59:59.999Z");

const DIGITS = /^[0-9]/;
// What the parts of a form take.
const TAKEN = { number: DIGITS, digits: DIGITS, year: DIGITS, yy: DIGITS, letters: /^[A-Z]/, letter: /^[a-z]/ };

const matching = (pattern) => (text) => (pattern.test(text) ? text : undefined);

/** A reader of one of these words. */
export const oneOf =
  (...words) =>
  (text) =>
    words.includes(text) ? text : undefined;

export const code = matching(/^[A-Z][A-Z0-9]{0,7}$/);
export const label = matching(/^[a-z0-9][a-z0-9-]{0,39}$/);
export const digest = matching(/^[0-9a-f]{64}$/);
export const origin = matching(/^[a-z0-9.\-/]{1,64}$/);
export const zone = matching(/^[A-Za-z0-9_+/-]{1,64}$/);

/** A line of text; its characters are checked for the whole record. */
export function line(text) {
  const isTrimmed = text !== "" && !text.startsWith(" ") && !text.endsWith(" ");
  return isTrimmed && encodeUtf8(text).length <= LINE_BYTES_MAX ? text : undefined;
}

/** A source of a charter, which a reason quotes. */
export function source(text) {
  return encodeUtf8(text).length <= SOURCE_BYTES_MAX ? line(text) : undefined;
}

/** A number below 2^64, as a BigInt. */
export function number(text) {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < U64 ? value : undefined;
}

/** A number below 2^32, as a BigInt. */
export function small(text) {
  const value = number(text);
  return value !== undefined && value < U32 ? value : undefined;
}

/** A form of references or of legal bases: parts in angle brackets never touch, nor does what could be part of one follow it. */
export function form(text) {
  const parts = text.split(/<([^>]*)>/);
  const isRead = parts.every((part, at) => {
    if (at % 2 === 1) return Object.hasOwn(TAKEN, part);
    const isMiddle = at > 0 && at < parts.length - 1;
    return !part.includes("<") && !(isMiddle && part === "") && !(at > 0 && TAKEN[parts[at - 1]]?.test(part));
  });
  return isRead ? line(text) : undefined;
}

/** A number of the sort of another reader, and not below `least`. */
export const atLeast = (least, reader) => (text) => {
  const value = reader(text);
  return value !== undefined && value >= least ? value : undefined;
};

/** A key: 32 bytes in padded base64. Whether it is admitted is a question for the verifier. */
export function key(text) {
  return decodeBase64(text)?.length === 32 ? text : undefined;
}

/** A time, in milliseconds since 1970. */
export function time(text) {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/.test(text)) return undefined;
  const value = Date.parse(text);
  const isOne = value >= 0 && value <= LAST_TIME && new Date(value).toISOString() === text;
  return isOne ? value : undefined;
}

/** A day of the calendar, as `2026-11-23`. */
export function day(text) {
  return time(`${text}T00:00:00.000Z`) === undefined ? undefined : text;
}

/** A cosignature: 72 bytes in padded base64. */
export function cosignature(text) {
  return decodeBase64(text)?.length === 72 ? text : undefined;
}

/** A fraction: { above, below }. */
export function fraction(text) {
  const [above, below, ...rest] = text.split("/").map(number);
  const isOne = rest.length === 0 && above !== undefined && below !== undefined && above > 0n && above <= below;
  return isOne ? { above, below } : undefined;
}

/** A digest or the word `none`. */
export function link(text) {
  return text === "none" ? text : digest(text);
}

/** Values with one space between them; the last one may hold spaces. */
export const row =
  (...readers) =>
  (text) => {
    const words = text.split(" ");
    const last = words.splice(readers.length - 1).join(" ");
    const parts = [...words, last];
    if (parts.length !== readers.length) return undefined;
    const values = parts.map((part, at) => readers[at](part));
    return values.includes(undefined) ? undefined : values;
  };

/** Like `row`, where the values from `least` on may be absent. */
export const rowOf =
  (least, ...readers) =>
  (text) => {
    const count = Math.min(text.split(" ").length, readers.length);
    return count < least ? undefined : row(...readers.slice(0, count))(text);
  };

/** One or more values of one sort with a space between them. */
export const many = (reader) => (text) => {
  const values = text.split(" ").map(reader);
  return values.includes(undefined) ? undefined : values;
};
