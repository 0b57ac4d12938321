// Writes archives byte by byte, also those that no program writes.

import { deflateRawSync, gzipSync } from "node:zlib";

/** CRC-32 as zip archives have it. */
function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A zip archive of [path, bytes, more?]; `more` may set `method`, `mode`, `flags`, `size`, `sum` and `localPath`. */
export function zipOf(files, { comment = "", counted = files.length } = {}) {
  const [parts, directory] = [[], []];
  let at = 0;
  for (const [path, bytes, more = {}] of files) {
    const { method = 8, mode = 0, flags = 0, size = bytes.length, sum = crc(bytes) } = more;
    const name = Buffer.from(path);
    const local = Buffer.from(more.localPath ?? path);
    const packed = method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(method, 4);
    head.writeUInt32LE(sum, 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(size, 18);
    head.writeUInt16LE(local.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), head, local, packed);
    const entry = Buffer.alloc(42);
    entry[0] = 20;
    entry[1] = mode === 0 ? 0 : 3;
    head.copy(entry, 2, 0, 22);
    entry.writeUInt16LE(name.length, 24);
    entry.writeUInt32LE((mode << 16) >>> 0, 34);
    entry.writeUInt32LE(at, 38);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), entry, name);
    at += 30 + local.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(counted, 4);
  end.writeUInt16LE(counted, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return new Uint8Array(
    Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06", "latin1"), end, Buffer.from(comment)]),
  );
}

/** A tar archive of [path, bytes, more?]; `more` may set `kind` and `size`. */
export function tarOf(files) {
  const parts = [];
  for (const [path, bytes, { kind = "0", size = bytes.length } = {}] of files) {
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write(kind, 156);
    header.write("ustar\x0000", 257);
    header.write("        ", 148);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    parts.push(header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** The same packed by gzip. */
export function gzipOf(bytes) {
  return new Uint8Array(gzipSync(bytes));
}
