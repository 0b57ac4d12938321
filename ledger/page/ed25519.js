// Ed25519 by WebCrypto, with the further conditions of formats.md, section 1: canonical encodings, s < L, no point of small
// order, keys without torsion. WebCrypto compares R with the equation without the cofactor.

import { decodeBase64, encodeUtf8, readLittleEndian } from "./bytes.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * invert(121666n));
const TWICE_D = modulo(2n * D);
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const IDENTITY = [0n, 1n, 1n, 0n];
const ORDER_EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
// The y of every point whose order divides 8; the sign of x does not matter.
const SMALL_ORDER = new Set([0n, 1n, P - 1n, ORDER_EIGHT, P - ORDER_EIGHT]);
// RFC 8032, 7.1, test 1.
const TRIAL_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const TRIAL_SIGNATURE = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

function modulo(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function invert(number) {
  return power(modulo(number), P - 2n);
}

/** y and the sign of x of 32 bytes, or null where y is not below p. */
function splitPoint(bytes) {
  const number = readLittleEndian(bytes);
  const y = number & (2n ** 255n - 1n);
  return y < P ? { y, sign: number >> 255n } : null;
}

/** The point in extended coordinates [X, Y, Z, T], or null where y is that of none [RFC 8032 5.1.3]. */
function decompress({ y, sign }) {
  const u = modulo(y * y - 1n);
  const v = modulo(D * modulo(y * y) + 1n);
  const cube = modulo(modulo(v * v) * v);
  const root = power(modulo(u * modulo(modulo(cube * cube) * v)), (P - 5n) / 8n);
  let x = modulo(modulo(u * cube) * root);
  const square = modulo(v * modulo(x * x));
  if (square === modulo(-u)) x = modulo(x * ROOT_OF_MINUS_ONE);
  else if (square !== u) return null;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, modulo(x * y)];
}

/** The sum of two points [RFC 8032 5.1.4]. */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = modulo((y1 - x1) * (y2 - x2));
  const b = modulo((y1 + x1) * (y2 + x2));
  const c = modulo(TWICE_D * modulo(t1 * t2));
  const d = modulo(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

/** Twice a point [RFC 8032 5.1.4]. */
function double([x, y, z]) {
  const [a, b] = [modulo(x * x), modulo(y * y)];
  const h = a + b;
  const e = h - modulo((x + y) * (x + y));
  const g = a - b;
  const f = modulo(2n * z * z) + g;
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

function multiply(scalar, point) {
  let sum = IDENTITY;
  for (let power = point, rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, power);
    power = double(power);
  }
  return sum;
}

function isIdentity([x, y, z]) {
  return x === 0n && y === z;
}

/** Whether a key is canonical, torsion-free and not of small order. */
export function isAdmittedKey(bytes) {
  const parts = splitPoint(bytes);
  if (parts === null || SMALL_ORDER.has(parts.y)) return false;
  const point = decompress(parts);
  return point !== null && isIdentity(multiply(L, point));
}

/** Whether the halves R and s of a signature are canonical, and R is not of small order. */
export function isCanonicalSignature(signature) {
  if (signature.length !== 64 || readLittleEndian(signature.subarray(32)) >= L) return false;
  const parts = splitPoint(signature.subarray(0, 32));
  return parts !== null && !SMALL_ORDER.has(parts.y);
}

/** Verifies signatures; keeps what it has found out about each key. */
export class Verifier {
  #keys = new Map();

  /** Whether the 32 bytes in base64 are a key that formats.md admits. */
  isAdmitted(key) {
    const known = this.#keys.get(key);
    if (known) return known.admitted;
    const bytes = decodeBase64(key);
    const admitted = bytes !== null && bytes.length === 32 && isAdmittedKey(bytes);
    this.#keys.set(key, { admitted, bytes, imported: null });
    return admitted;
  }

  /** Whether a signature of a message counts under the key. */
  async isSigned(key, signature, message) {
    if (!this.isAdmitted(key) || !isCanonicalSignature(signature)) return false;
    const known = this.#keys.get(key);
    known.imported ??= await crypto.subtle.importKey("raw", known.bytes, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", known.imported, signature, message);
  }
}

/** Whether this browser has SHA-256 and Ed25519: a signature of RFC 8032 is tried, and an altered one. */
export async function isSupported() {
  try {
    const key = await crypto.subtle.importKey("raw", decodeBase64(TRIAL_KEY), "Ed25519", false, ["verify"]);
    const signature = decodeBase64(TRIAL_SIGNATURE);
    const right = await crypto.subtle.verify("Ed25519", key, signature, new Uint8Array(0));
    const wrong = await crypto.subtle.verify("Ed25519", key, signature, encodeUtf8("x"));
    const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(0));
    return right && !wrong && digest.byteLength === 32;
  } catch {
    return false;
  }
}
