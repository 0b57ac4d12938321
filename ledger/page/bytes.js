// Bytes as text and back: hexadecimal, base64, UTF-8. Every reader takes one written form and answers null to all others.

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UTF8 = new TextEncoder();

/** UTF-8 of a text. */
export function encodeUtf8(text) {
  return UTF8.encode(text);
}

/** The text of UTF-8 bytes, or null. A byte order mark is a character like any other. */
export function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lowercase hexadecimal. */
export function encodeHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of a text of lowercase hexadecimal digits; the caller has checked its form. */
export function decodeHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Padded base64. */
export function encodeBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The bytes of padded base64, or null where the text is not the one base64 of any bytes. */
export function decodeBase64(text) {
  if (!BASE64.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return encodeBase64(bytes) === text ? bytes : null;
}

/** One byte string out of several. */
export function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether two byte strings are the same. */
export function isSameBytes(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** A whole number of big-endian bytes. */
export function readBigEndian(bytes) {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

/** A whole number of little-endian bytes. */
export function readLittleEndian(bytes) {
  return readBigEndian(Uint8Array.from(bytes).reverse());
}
