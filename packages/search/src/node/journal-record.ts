// One record of a journal: a line that says who wrote it, its number among those, its length and its checksum.
//
// A record begins with a line feed instead of ending with one. So whatever a process that was killed in the middle of a write has left,
// the next record, by whomever, starts a line of its own, and nobody needs to look at the end of the file before it writes.
import { crc32 } from "node:zlib";
import { eventsFromJson, eventsToJson } from "../core/event-json.js";
import type { StudyEvent } from "../core/events.js";

/** The version of the format that is written here; what is newer is refused. */
export const JOURNAL_VERSION = 1;

/**
 * What stands before the events, of one width always (`#` is a hexadecimal digit), so that a torn beginning can be told from other text.
 * `seq` counts the records of one writer from 0: a line that is missing leaves a gap.
 */
const TEMPLATE = `{"study":${JOURNAL_VERSION},"writer":"############","seq":"########","bytes":"########","crc":"########","events":`;
const HEADER = new RegExp(`^${TEMPLATE.replace("{", "\\{").replace(/#+/g, (run) => `([0-9a-f]{${run.length}})`)}`);
const VERSION = /^\{"study":(\d+),/;

/** What a line of a journal turns out to be. */
export type JournalLine =
  | {
      readonly kind: "record";
      readonly writer: string;
      readonly seq: number;
      readonly events: readonly StudyEvent[];
    }
  /** The beginning of a record whose writer was stopped in the middle of it (or, at the end of the file, is not through yet). */
  | { readonly kind: "torn" }
  | { readonly kind: "blank" }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "damaged" }
  /** Nothing that this program writes. */
  | { readonly kind: "foreign" };

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** Of the length nothing: where it alone is wrong, the line is damaged, not torn. */
const checksum = (writer: string, seq: number, payload: string) => hex(crc32(`${writer} ${seq} ${payload}`), 8);

/** The bytes of a record. */
export function encodeRecord(writer: string, seq: number, events: readonly StudyEvent[]): Buffer {
  const payload = eventsToJson(events);
  const fields = [writer, hex(seq, 8), hex(Buffer.byteLength(payload), 8), checksum(writer, seq, payload)];
  return Buffer.from(`\n${TEMPLATE.replace(/#+/g, () => fields.shift()!)}${payload}}`);
}

/** Whether a text of less than a header's length begins as headers do. */
function beginsHeader(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (TEMPLATE[i] === "#" ? !/[0-9a-f]/.test(text[i]!) : TEMPLATE[i] !== text[i]) return false;
  }
  return text.length < TEMPLATE.length;
}

/** Without zeros at the end: a machine that lost power may have given a file its length, but not its last bytes. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Reads what stands between two line feeds. */
export function decodeLine(line: Buffer): JournalLine {
  const bytes = withoutZeros(line);
  const text = bytes.toString("utf8");
  if (text.trim() === "") return { kind: "blank" };
  const header = HEADER.exec(text);
  if (header === null) {
    if (beginsHeader(text)) return { kind: "torn" };
    const version = VERSION.exec(text);
    if (version === null) return { kind: text.startsWith('{"study":') ? "damaged" : "foreign" };
    return Number(version[1]) > JOURNAL_VERSION ? { kind: "newer", version: Number(version[1]) } : { kind: "damaged" };
  }
  const [, writer, seqText, bytesText, crc] = header as unknown as [string, string, string, string, string];
  const seq = Number.parseInt(seqText, 16);
  const rest = text.slice(TEMPLATE.length).replace(/\r$/, "");
  const payload = rest.replace(/\}$/, "");
  const missing = TEMPLATE.length + Number.parseInt(bytesText, 16) + 1 - (bytes.length - (text.endsWith("\r") ? 1 : 0));
  const isValid = checksum(writer, seq, payload) === crc;
  if (isValid && missing === 0) return { kind: "record", writer, seq, events: eventsFromJson(payload) };
  const isTorn = missing > 0 && (!isValid || payload === rest);
  return { kind: isTorn ? "torn" : "damaged" };
}
