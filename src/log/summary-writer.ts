/** TensorBoard's event files: images, scalars and texts by tag and step. */
import { type LogFile, makeFolder, openLog } from "#platform";
import { sniff } from "../codec/sniff.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { Image } from "../media/image.ts";
import { checkClock } from "./clock.ts";
import { maskedCrc32c } from "./crc32c.ts";
import { Message } from "./protobuf.ts";
import { memoryStore, type RunStore } from "./run-store.ts";

/** Options of {@link SummaryWriter}. */
export interface SummaryWriterOptions {
  /** The folder of the run (Node), made if it is missing. Default: memory; see {@link SummaryWriter.bytes}. */
  readonly dir?: string | undefined;
  /**
   * `v2` (default): as TensorFlow 2 writes, several images under one tag and descriptions; `v1`: as torch and TensorFlow 1 write,
   * which older tools alone understand.
   */
  readonly format?: "v1" | "v2" | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Options of what is added. */
export interface SummaryOptions {
  /** Markdown beside the tag, in `v2`. */
  readonly description?: string | undefined;
}

const DT_FLOAT = 1;
const DT_STRING = 7;
/** Kinds of data: what readers take from the plugin if it is left out. */
const CLASSES = { scalars: 1, text: 2, images: 3 } as const;

let count = 0;

/**
 * Writes one event file that TensorBoard shows. Boxes and masks are drawn into the pictures, for TensorBoard has none of its own.
 *
 * @throws {ImageError} `ARGUMENT`, `IO`, `STATE` after {@link close}
 * @example
 * using writer = new SummaryWriter();
 * writer.addScalar("loss", 0.5, 0);
 * writer.addText("notes", "**first** step", 0);
 */
export class SummaryWriter {
  readonly #format: "v1" | "v2";
  readonly #clock: () => number;
  readonly #file: LogFile;
  readonly #memory: RunStore | undefined;
  #open = true;

  constructor(options: SummaryWriterOptions = {}) {
    const { dir, format = "v2", clock = Date.now } = checkedOptions(options);
    if (format !== "v1" && format !== "v2")
      throw new ImageError("ARGUMENT", `expected v1 or v2, got ${show(format)}`, { path: "format" });
    checkClock(clock);
    this.#format = format;
    this.#clock = clock;
    const seconds = String(Math.floor(clock() / 1000)).padStart(10, "0");
    const name = `events.out.tfevents.${seconds}.limn.1.${count++}`;
    this.#memory = dir === undefined ? memoryStore() : undefined;
    this.#file = this.#memory?.open(name) ?? openLog(makeFolder(dir!), name);
    this.#write(new Message().text(3, "brain.Event:2").bytes(10, new Message().text(1, "limn")), 0);
  }

  /** Path of the file, or its name in memory. */
  get path(): string {
    return this.#file.path;
  }

  /** The file so far, of a writer in memory. @throws {ImageError} `STATE` for one on disk */
  bytes(): Uint8Array {
    if (!this.#memory) throw new ImageError("STATE", "expected a writer in memory, got one on disk");
    return this.#memory.files().get(this.#file.path)!;
  }

  /** @param value - kept as a 32-bit float */
  addScalar(tag: string, value: number, step: number, options: SummaryOptions = {}): void {
    if (typeof value !== "number") throw new ImageError("ARGUMENT", `expected a number, got ${show(value)}`);
    if (this.#format === "v1") this.#add(step, new Message().text(1, checkedTag(tag)).float(2, value));
    else {
      const tensor = new Message().uint(1, DT_FLOAT).bytes(2, new Message());
      const packed = new Uint8Array(4);
      new DataView(packed.buffer).setFloat32(0, value, true);
      this.#addTensor(tag, tensor.bytes(5, packed), "scalars", step, options);
    }
  }

  /**
   * One or several images of a step; with boxes and masks they are drawn in.
   *
   * @param images - Images, or files (PNG, JPEG …)
   */
  addImage(
    tag: string,
    images: Image | Uint8Array | readonly (Image | Uint8Array)[],
    step: number,
    options: SummaryOptions = {},
  ): void {
    const list = Array.isArray(images) ? (images as (Image | Uint8Array)[]) : [images as Image | Uint8Array];
    if (list.length === 0) throw new ImageError("ARGUMENT", "expected at least one image, got none");
    const files = list.map(pictureOf);
    if (this.#format === "v1") {
      for (const [i, { bytes, width, height }] of files.entries()) {
        const image = new Message().uint(1, height).uint(2, width).uint(3, colorSpace(bytes)).bytes(4, bytes);
        const name = files.length === 1 ? checkedTag(tag) : `${checkedTag(tag)}/image/${i}`;
        this.#add(step, new Message().text(1, name).bytes(4, image));
      }
      return;
    }
    const tensor = new Message().uint(1, DT_STRING).bytes(2, shape(2 + files.length));
    tensor.text(8, String(files[0]!.width)).text(8, String(files[0]!.height));
    for (const { bytes } of files) tensor.bytes(8, bytes);
    this.#addTensor(tag, tensor, "images", step, options);
  }

  /** @param text - Markdown; of several, each is a row of a table */
  addText(tag: string, text: string | readonly string[], step: number, options: SummaryOptions = {}): void {
    const rows = typeof text === "string" ? [text] : text;
    if (!Array.isArray(rows) || rows.some((row) => typeof row !== "string"))
      throw new ImageError("ARGUMENT", `expected text, got ${show(text)}`);
    const tensor = new Message()
      .uint(1, DT_STRING)
      .bytes(2, typeof text === "string" ? new Message() : shape(rows.length));
    for (const row of rows) tensor.bytes(8, new TextEncoder().encode(row));
    this.#addTensor(this.#format === "v1" ? `${checkedTag(tag)}/text_summary` : tag, tensor, "text", step, options);
  }

  /** Close the file. A second call does nothing. */
  close(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #addTensor(tag: string, tensor: Message, plugin: keyof typeof CLASSES, step: number, options: SummaryOptions): void {
    const { description } = checkedOptions(options);
    const metadata = new Message().bytes(1, new Message().text(1, plugin));
    if (description !== undefined) metadata.text(3, description);
    metadata.uint(4, CLASSES[plugin]);
    this.#add(step, new Message().text(1, checkedTag(tag)).bytes(8, tensor).bytes(9, metadata));
  }

  #add(step: number, value: Message): void {
    if (!this.#open) throw new ImageError("STATE", "this writer was closed");
    if (!Number.isSafeInteger(step) || step < 0)
      throw new ImageError("ARGUMENT", `expected a step of 0 or more, got ${show(step)}`, { path: "step" });
    this.#write(new Message().bytes(5, new Message().bytes(1, value)), step);
  }

  /** One record: length, its CRC, the event, its CRC. */
  #write(rest: Message, step: number): void {
    const head = new Message()
      .double(1, this.#clock() / 1000)
      .uint(2, step)
      .finish();
    const tail = rest.finish();
    const size = head.length + tail.length;
    const record = new Uint8Array(size + 16);
    const view = new DataView(record.buffer);
    view.setUint32(0, size, true);
    view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
    record.set(head, 12);
    record.set(tail, 12 + head.length);
    view.setUint32(12 + size, maskedCrc32c(record.subarray(12, 12 + size)), true);
    this.#file.append(record);
  }
}

function pictureOf(image: Image | Uint8Array): { bytes: Uint8Array; width: number; height: number } {
  if (image instanceof Image) {
    const overlays = image.boxes.size + image.masks.size > 0;
    return { bytes: overlays ? image.toPng({ overlays }) : image.toFile(), width: image.width, height: image.height };
  }
  const found = image instanceof Uint8Array ? sniff(image) : undefined;
  if (!found) throw new ImageError("ARGUMENT", `expected an image, or the bytes of a picture, got ${show(image)}`);
  return { bytes: image, width: found.width, height: found.height };
}

/** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha, by the header of a PNG; of other files colour. */
function colorSpace(bytes: Uint8Array): number {
  return bytes[0] === 0x89 ? ([1, 3, 3, 3, 2, 3, 4][bytes[25]!] ?? 3) : 3;
}

function checkedTag(tag: string): string {
  if (typeof tag === "string" && tag !== "") return tag;
  throw new ImageError("ARGUMENT", `expected the name of a tag, got ${show(tag)}`, { path: "tag" });
}

function shape(size: number): Message {
  return new Message().bytes(2, new Message().uint(1, size));
}
