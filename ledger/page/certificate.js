// The envelope of a certificate, in its one written form (formats.md, section 10).

import { isAllowedLine } from "./alphabet.js";
import { decodeUtf8 } from "./bytes.js";
import { refuse } from "./defect.js";
import { shorten } from "./note.js";
import { digest, line, number } from "./values.js";

/** The longest certificate. */
export const CERTIFICATE_BYTES_MAX = 8 * 1024 * 1024;
const RECORDS_MAX = 8192;
const LINE_BYTES_MAX = 2100;
const LF = 10;
const WHERE = "the certificate’s own lines";

/** The parts of a certificate: { council, measure, marking, genesis, records: [{ index, bytes }], hashes, checkpoint }. */
export function parseCertificate(bytes) {
  if (bytes.length > CERTIFICATE_BYTES_MAX) refuse(WHERE, "A certificate has at most 8 MiB.");
  const reader = new Reader(bytes);
  reader.expect("nemcon/v1 certificate");
  const council = reader.field("council", digest);
  const measure = reader.field("measure", number);
  const marking = reader.starts("marking ") ? reader.field("marking", mark) : null;
  reader.expect("");
  const genesis = reader.part(reader.field("genesis", length));
  const records = readRecords(reader);
  const hashes = readHashes(reader);
  const checkpoint = reader.part(reader.field("checkpoint", length));
  if (!reader.isAtEnd()) refuse(WHERE, "Something stands behind the checkpoint.");
  return { council, measure, marking, genesis, records, hashes, checkpoint };
}

function readRecords(reader) {
  const records = [];
  let before = 0n;
  reader.expect("");
  while (reader.starts("record ")) {
    const [index, size] = reader.field("record", placed);
    if (index <= before)
      refuse(WHERE, `Record ${index} stands behind record ${before}; the indices ascend, and none is 0.`);
    if (records.length === RECORDS_MAX) refuse(WHERE, "A certificate has at most 8,192 records.");
    records.push({ index, bytes: reader.part(size) });
    before = index;
    reader.expect("");
  }
  return records;
}

function readHashes(reader) {
  const hashes = [];
  while (reader.starts("hash ")) hashes.push(reader.field("hash", digest));
  reader.expect("");
  return hashes;
}

function mark(text) {
  return isAllowedLine(text, false) ? line(text) : undefined;
}

function length(text) {
  const value = number(text);
  return value !== undefined && value <= BigInt(CERTIFICATE_BYTES_MAX) ? Number(value) : undefined;
}

function placed(text) {
  const [index, size, ...rest] = text.split(" ");
  const place = [number(index), length(size ?? "")];
  return rest.length > 0 || place.includes(undefined) ? undefined : place;
}

/** Reads lines, and parts of a stated length, from the first byte to the last. */
class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  isAtEnd() {
    return this.#at === this.#bytes.length;
  }

  starts(word) {
    const ahead = this.#bytes.subarray(this.#at, this.#at + word.length);
    return ahead.length === word.length && ahead.every((byte, at) => byte === word.charCodeAt(at));
  }

  expect(line) {
    const found = this.#line();
    if (found !== line) {
      refuse(
        WHERE,
        line === "" ? `An empty line is due before: ${shorten(found)}` : `It does not begin with the line: ${line}`,
      );
    }
  }

  field(name, reader) {
    const line = this.#line();
    const value = line.startsWith(`${name} `) ? reader(line.slice(name.length + 1)) : undefined;
    if (value === undefined) refuse(WHERE, `The line \`${name}\` is due in place of: ${shorten(line)}`);
    return value;
  }

  part(size) {
    if (this.#at + size > this.#bytes.length) refuse(WHERE, "It ends within one of its parts.");
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #line() {
    const end = this.#bytes.subarray(this.#at, this.#at + LINE_BYTES_MAX).indexOf(LF);
    if (end < 0) refuse(WHERE, "It ends, or a line of it is too long.");
    const line = decodeUtf8(this.#bytes.subarray(this.#at, this.#at + end));
    if (line === null) refuse(WHERE, "A line is not UTF-8.");
    this.#at += end + 1;
    return line;
  }
}
