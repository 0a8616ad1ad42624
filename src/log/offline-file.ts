/** W&B's offline run file: a log of records in blocks of 32 KiB, each record a protobuf message. */
import { joinBytes } from "../join-bytes.ts";
import { crc32 } from "../codec/crc32.ts";
import type { LogFile } from "#platform";
import { Message } from "./protobuf.ts";

/** `:W&B`, its mark, version 0. */
const BEGINNING = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);
const BLOCK = 32768;
const HEAD = 7;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

/** Numbers of the kinds of records. */
const HISTORY = 2;
const SUMMARY = 3;
const CONFIG = 5;
const FILES = 6;
const RUN = 17;
const EXIT = 18;
const FINAL = 20;
const HEADER = 21;
const FOOTER = 22;

/** `key` and its value as JSON. */
export type Item = readonly [key: string, json: string];

/** What begins a run. */
export interface RunStart {
  readonly id: string;
  readonly project: string;
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly config: readonly Item[];
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

/**
 * The bytes to append for one record where a log is so long already; at its beginning they have the file's header before them.
 *
 * @param position - bytes of the log
 */
export function frameRecord(record: Uint8Array, position: number): Uint8Array {
  const parts: Uint8Array[] = [];
  if (position === 0) parts.push(BEGINNING);
  let left = BLOCK - ((position || BEGINNING.length) % BLOCK);
  if (left < HEAD) {
    parts.push(new Uint8Array(left));
    left = BLOCK;
  }
  if (record.length + HEAD <= left) parts.push(chunk(FULL!, record));
  else {
    parts.push(chunk(FIRST!, record.subarray(0, left - HEAD)));
    let at = left - HEAD;
    for (; record.length - at > BLOCK - HEAD; at += BLOCK - HEAD)
      parts.push(chunk(MIDDLE!, record.subarray(at, at + BLOCK - HEAD)));
    parts.push(chunk(LAST!, record.subarray(at)));
  }
  return joinBytes(parts);
}

function chunk(type: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEAD + data.length);
  out[6] = type;
  out.set(data, HEAD);
  const view = new DataView(out.buffer);
  view.setUint32(0, crc32(out.subarray(6)), true);
  view.setUint16(4, data.length, true);
  return out;
}

/** Writes the records of a run, each whole at once, so that a crash leaves a file that readers take up to its last record. */
export class OfflineFile {
  readonly #file: LogFile;
  /** Bytes that are in the file: a record that the disk refused is not. */
  #position = 0;
  #count = 0;

  constructor(
    file: LogFile,
    producer: string,
    { id, project, name, notes, tags = [], group, config, startTime }: RunStart,
  ) {
    this.#file = file;
    this.#write(HEADER, new Message().bytes(1, new Message().text(1, producer).text(2, "0.70.0")));
    const seconds = Math.floor(startTime / 1000);
    const run = new Message().text(1, id).text(3, project).bytes(4, items(config));
    if (group !== undefined) run.text(6, group);
    if (name !== undefined) run.text(8, name);
    if (notes !== undefined) run.text(9, notes);
    for (const tag of tags) run.text(10, tag);
    const time = new Message().uint(1, seconds).uint(2, Math.round((startTime - seconds * 1000) * 1e6));
    this.#write(RUN, run.bytes(17, time));
  }

  /** @param path - below the run's `files` */
  addFile(path: string): void {
    this.#write(FILES, new Message().bytes(1, new Message().text(1, path)));
  }

  addConfig(changed: readonly Item[]): void {
    this.#write(CONFIG, items(changed));
  }

  addHistory(row: readonly Item[], step: number): void {
    this.#write(HISTORY, items(row).bytes(2, new Message().uint(1, step)));
  }

  /** The end: summary, exit, and what tells readers that nothing follows. */
  finish(summary: readonly Item[], exitCode: number, runtime: number): void {
    this.#write(SUMMARY, items(summary));
    this.#write(EXIT, new Message().uint(1, exitCode).uint(2, Math.floor(runtime)));
    this.#write(FINAL, new Message());
    this.#write(FOOTER, new Message());
    this.#file.close();
  }

  #write(kind: number, content: Message): void {
    const record = new Message().uint(1, this.#count + 1).bytes(kind, content);
    const bytes = frameRecord(record.finish(), this.#position);
    this.#file.append(bytes);
    this.#position += bytes.length;
    this.#count++;
  }
}

function items(entries: readonly Item[]): Message {
  const message = new Message();
  for (const [key, json] of entries) message.bytes(1, new Message().text(1, key).text(16, json));
  return message;
}
