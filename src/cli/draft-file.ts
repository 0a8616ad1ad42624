/** Archives while they are written: a draft that grows piece by piece and gets its name when it is whole. */
import * as fs from "node:fs";
import { crc32 } from "node:zlib";
import type { ByteSink } from "../batch/archives.ts";
import { ImageError } from "../errors.ts";
import { reasonOf } from "../platform/node-files.ts";

/** What was written since the last mark. */
export interface DraftPiece {
  readonly bytes: number;
  readonly crc: number;
}

/** A file that becomes another when it is closed. Synchronous: the system takes bytes into its cache at the speed of a copy. */
export class DraftFile implements ByteSink {
  readonly #path: string;
  readonly #final: string;
  readonly #beforeRename: (bytes: number) => void;
  #file: number | undefined;
  #whole: number;
  #end: number;
  #crc = 0;

  /**
   * @param path - of the draft
   * @param final - its name when it is whole; on the same disk
   * @param whole - bytes of the draft that are kept; what is behind them is cut off
   * @param beforeRename - called with its size when all bytes are on the disk
   * @throws {ImageError} `IO`
   */
  constructor(path: string, final: string, whole: number, beforeRename: (bytes: number) => void) {
    this.#path = path;
    this.#final = final;
    this.#beforeRename = beforeRename;
    this.#whole = this.#end = whole;
    this.#try(() => {
      this.#file = fs.openSync(path, whole > 0 ? "r+" : "w");
      fs.ftruncateSync(this.#file, whole);
    });
  }

  /** @throws {ImageError} `IO` */
  write(bytes: Uint8Array): void {
    this.#try(() => {
      for (let done = 0; done < bytes.length;)
        done += fs.writeSync(this.#file!, bytes, done, bytes.length - done, this.#end + done);
    });
    this.#end += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
  }

  /** Keep what was written so far. @returns what is new */
  mark(): DraftPiece {
    const piece = { bytes: this.#end - this.#whole, crc: this.#crc };
    this.#whole = this.#end;
    this.#crc = 0;
    return piece;
  }

  /** It is whole: give it its name. @throws {ImageError} `IO` */
  close(): void {
    this.#try(() => fs.fsyncSync(this.#file!)); // the journal goes when the name is there
    this.#beforeRename(this.#end);
    this.#try(() => {
      fs.closeSync(this.#file!);
      this.#file = undefined;
      fs.renameSync(this.#path, this.#final);
    });
  }

  /** It goes on another time: what is behind the last mark is cut off. */
  keep(): void {
    if (this.#file === undefined) return;
    try {
      fs.ftruncateSync(this.#file, this.#whole);
    } catch {} // it is cut off when it is opened again
    fs.closeSync(this.#file);
    this.#file = undefined;
  }

  #try<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path: this.#final, cause });
    }
  }
}

/**
 * The pieces of a draft that are there as they were written, from the first to the last before one that is not.
 *
 * @param use - called with the bytes of each, which are good until it returns
 * @returns how many, and their bytes
 */
export function readDraft(
  path: string,
  pieces: readonly DraftPiece[],
  use: (bytes: Uint8Array) => void,
): { count: number; bytes: number } {
  let [count, end] = [0, 0];
  if (pieces.length === 0 || !fs.existsSync(path)) return { count, bytes: end };
  const file = fs.openSync(path, "r");
  try {
    const { size } = fs.fstatSync(file);
    let shelf = Buffer.alloc(0);
    for (const { bytes, crc } of pieces) {
      if (end + bytes > size) break;
      if (shelf.length < bytes) shelf = Buffer.allocUnsafeSlow(bytes);
      const piece = shelf.subarray(0, bytes);
      if (fs.readSync(file, piece, 0, bytes, end) !== bytes || crc32(piece) !== crc) break;
      use(piece);
      count += 1;
      end += bytes;
    }
  } finally {
    fs.closeSync(file);
  }
  return { count, bytes: end };
}
