/** Objects of S3 stores that are written piece by piece. */
import { ImageError } from "../errors.ts";
import { beginObject, PART_BYTES, type PartialObject, type SentPart, writeObject } from "./node-s3.ts";
import { keyOf, splitS3, type S3Place } from "./s3-place.ts";

/** Parts that are on their way while the next is filled. */
const PARTS_AT_A_TIME = 3;
const MOST_PARTS = 10_000;

/** An object that appears, whole, when it is closed. Holds four parts at most, 64 MiB. */
export class S3Writer {
  /** Its name, `s3://bucket/key`. */
  readonly path: string;
  readonly #place: S3Place;
  readonly #key: string;
  #part: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #bytes = 0;
  #upload: PartialObject | undefined;
  readonly #parts: SentPart[] = [];
  #count = 0;
  readonly #busy = new Set<Promise<void>>();
  #failure: unknown;

  /** @throws {ImageError} `ARGUMENT` for the name */
  constructor(path: string) {
    const { place, name } = splitS3(path);
    this.path = path;
    this.#place = place;
    this.#key = keyOf(place, name);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {ImageError} `IO`, `LIMIT` for more than a store takes */
  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    for (let done = 0; done < bytes.length;) {
      // a part is sent when there is more to come: what fits into one needs no parts
      if (this.#filled === PART_BYTES) await this.#send();
      this.#part ??= new Uint8Array(PART_BYTES);
      const piece = bytes.subarray(done, done + PART_BYTES - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.length;
      done += piece.length;
    }
  }

  /** @throws {ImageError} `IO` */
  async close(): Promise<void> {
    if (!this.#upload) {
      const whole = this.#part?.subarray(0, this.#filled) ?? new Uint8Array(0);
      return writeObject(this.#place, this.#key, whole);
    }
    await this.#send();
    await Promise.all(this.#busy);
    if (this.#failure !== undefined) throw this.#failure;
    await this.#upload.finish(this.#parts.sort((a, b) => a.PartNumber - b.PartNumber));
    this.#upload = undefined;
  }

  /** Leave nothing of it in the store, as far as the store allows. */
  async abort(): Promise<void> {
    await Promise.all(this.#busy);
    await this.#upload?.abort().catch(() => undefined);
    this.#upload = undefined;
  }

  async #send(): Promise<void> {
    if (this.#count === MOST_PARTS)
      throw new ImageError("LIMIT", `a store takes files of ${(MOST_PARTS * PART_BYTES) / 2 ** 30} GiB at most`, {
        path: this.path,
      });
    this.#upload ??= await beginObject(this.#place, this.#key);
    while (this.#busy.size >= PARTS_AT_A_TIME) await Promise.race(this.#busy);
    if (this.#failure !== undefined) throw this.#failure;
    const sent = this.#upload.send(++this.#count, this.#part!.subarray(0, this.#filled)).then(
      (part) => void this.#parts.push(part),
      (error: unknown) => void (this.#failure ??= error),
    );
    const busy: Promise<void> = sent.then(() => void this.#busy.delete(busy));
    this.#busy.add(busy);
    this.#part = undefined;
    this.#filled = 0;
  }
}
