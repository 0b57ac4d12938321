// Records: the bytes of a leaf become its kind, its fields and its signature lines, in the one written form
// (formats.md, section 1).

import { isAllowedLine } from "./alphabet.js";
import { decodeUtf8, encodeUtf8 } from "./bytes.js";
import { refuse } from "./defect.js";
import { DERIVED, STATEMENTS } from "./grammar.js";
import { parseNote, shorten } from "./note.js";
import { verifyShape } from "./shape.js";

const TEXT_BYTES_MAX = 60000;
const RECORD_BYTES_MAX = 65535;

/** The record that these bytes are: { kind, text, lines, fields }. `lines` is empty for a record that nobody signs. */
export function parseRecord(bytes, where) {
  if (bytes.length > RECORD_BYTES_MAX) refuse(where, "A record has at most 65,535 bytes.");
  const whole = decodeUtf8(bytes);
  if (whole === null) refuse(where, "The record is not UTF-8.");
  const isSigned = whole.includes("\n\n");
  const { text, lines } = isSigned ? parseNote(whole, where) : { text: whole, lines: [] };
  const record = { ...parseText(text, where), text, lines };
  if (isSigned !== record.kind in STATEMENTS) {
    refuse(where, isSigned ? `A ${record.kind} carries no signatures.` : `A ${record.kind} carries signatures.`);
  }
  verifyShape(record, where);
  return record;
}

/** The kind and the fields of a text without signatures. */
export function parseText(text, where) {
  if (encodeUtf8(text).length > TEXT_BYTES_MAX) refuse(where, "The text of a record has at most 60,000 bytes.");
  if (!text.endsWith("\n")) refuse(where, "The last line of the record has no end.");
  const [first, ...lines] = text.slice(0, -1).split("\n");
  const kind = first.startsWith("nemcon/v1 ") ? first.slice(10) : "";
  const items = Object.hasOwn(STATEMENTS, kind)
    ? STATEMENTS[kind]
    : Object.hasOwn(DERIVED, kind)
      ? DERIVED[kind]
      : null;
  if (items === null) refuse(where, `No record begins with the line: ${shorten(first)}`);
  verifyCharacters(lines, where);
  const reading = { lines, at: 0, where };
  const fields = readItems(items, reading);
  if (reading.at < lines.length)
    refuse(where, `This line does not belong here in a ${kind}: ${shorten(lines[reading.at])}`);
  return { kind, fields };
}

function verifyCharacters(lines, where) {
  for (const line of lines) {
    if (!isAllowedLine(line, line.startsWith("document "))) {
      refuse(where, `A line has a character or a mixed word that no record has: ${shorten(line)}`);
    }
  }
}

/** Reads the items in their order; an item with others within it becomes { value, ...those }. */
function readItems(items, reading) {
  const fields = {};
  for (const item of items) {
    const values = [];
    while (values.length < item.max && startsItem(item, reading)) values.push(readItem(item, reading));
    if (values.length < item.min) {
      refuse(reading.where, `The line \`${item.name}\` is missing, or stands in another place.`);
    }
    fields[item.name] = item.max === 1 ? (values[0] ?? null) : values;
  }
  return fields;
}

function startsItem(item, { lines, at }) {
  return at < lines.length && lines[at].startsWith(`${item.name} `);
}

function readItem(item, reading) {
  const line = reading.lines[reading.at];
  const value = item.reader(line.slice(item.name.length + 1));
  if (value === undefined) refuse(reading.where, `This is no value of its field: ${shorten(line)}`);
  reading.at += 1;
  return item.within.length === 0 ? value : { value, ...readItems(item.within, reading) };
}
