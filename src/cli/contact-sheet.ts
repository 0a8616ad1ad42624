/** `--contact-sheet`: the drawn pictures, small, on one page or several. */
import * as fs from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { RenderOutcome } from "../batch/render-batch.ts";
import type { ThumbnailOptions } from "../batch/render-dataset.ts";
import type { Thumbnail } from "../batch/thumbnail.ts";
import { encodeJpeg } from "../codec/jpeg-encode.ts";
import { encodePng } from "../codec/png-encode.ts";
import { Frame } from "../core/frame.ts";
import { drawSheet } from "../draw/contact-sheet.ts";
import { ImageError } from "../errors.ts";
import { reasonOf } from "../platform/node-files.ts";
import type { Journal } from "./journal.ts";

/** Place of a picture, and how many a page has. */
const CELL = { width: 320, height: 240 };
const GAP = 18;
const [COLUMNS, ROWS] = [8, 6];
const LONGEST_CAPTION = 40;

/** A page that is written: its number from 0, the last picture on it, its size. */
interface PageLine {
  readonly page: number;
  readonly to: number;
  readonly bytes: number;
  readonly file: string;
}

/**
 * Pages of a contact sheet, each written as soon as it is full: `sheet.png`, `sheet-2.png` … The journal's lines say which pages
 * are there, so that a resumed run draws the others only.
 */
export class SheetPages {
  /** For `renderDataset`. */
  readonly thumbnails: ThumbnailOptions;
  readonly #file: string;
  readonly #title: string;
  readonly #journal: Journal;
  #page = 0;
  #last = -1;
  #pictures: { thumbnail: Thumbnail; caption: string }[] = [];

  /**
   * @param file - path of the first page
   * @param title - stands over each page
   * @throws {ImageError} `ARGUMENT` if it is no PNG or JPEG, `IO` if its folder is not there
   */
  constructor(file: string, title: string, journal: Journal) {
    this.#file = file;
    this.#title = title;
    this.#journal = journal;
    for (const line of journal.old) {
      const { page, to, bytes, file: own } = line as Partial<PageLine>;
      if (page !== this.#page || own !== file || to === undefined) continue;
      if (fs.statSync(this.#fileOf(page), { throwIfNoEntry: false })?.size !== bytes) break;
      this.#page += 1;
      this.#last = to;
    }
    this.thumbnails = { ...CELL, from: this.#last + 1, use: (thumbnail, outcome) => this.#add(thumbnail, outcome) };
  }

  /** Write the last page. @returns the files of all, in order */
  finish(): string[] {
    if (this.#pictures.length > 0) this.#writePage(false);
    return Array.from({ length: this.#page }, (_, page) => this.#fileOf(page));
  }

  #add(thumbnail: Thumbnail, { index, fileName = "" }: RenderOutcome): void {
    // a full page waits for the next picture: there is only one page, or there are several
    if (this.#pictures.length === COLUMNS * ROWS) this.#writePage(true);
    this.#pictures.push({ thumbnail, caption: captionOf(fileName) });
    this.#last = index;
  }

  /** @param isFull - others follow */
  #writePage(isFull: boolean): void {
    const page = this.#page;
    const pictures = this.#pictures;
    const options = {
      cellWidth: CELL.width,
      cellHeight: CELL.height,
      gap: GAP,
      columns: page > 0 ? COLUMNS : columnsFor(pictures.length),
      captions: pictures.map(({ caption }) => caption),
      title: page === 0 && !isFull ? this.#title : `${this.#title} · page ${page + 1}`,
    };
    const sheet = drawSheet(pictures.length, CELL, options, (i, place) => {
      const { rgba, width, height } = pictures[i]!.thumbnail;
      const frame = Frame.fromRgba(rgba, width, height);
      place(frame);
      frame.free();
    });
    const file = this.#fileOf(page);
    try {
      const encoded = isJpeg(file) ? encodeJpeg(sheet, { quality: 90 }) : encodePng(sheet);
      writeWhole(file, encoded);
      this.#journal.add({ page, to: this.#last, bytes: encoded.length, file: this.#file } satisfies PageLine);
    } finally {
      sheet.free();
    }
    this.#page += 1;
    this.#pictures = [];
  }

  #fileOf(page: number): string {
    const ending = extname(this.#file);
    return page === 0 ? this.#file : `${this.#file.slice(0, -ending.length)}-${page + 1}${ending}`;
  }
}

/** @throws {ImageError} `ARGUMENT` if it is no PNG or JPEG, `IO` if its folder is not there */
export function checkSheetFile(file: string): void {
  if (!/\.(?:png|jpe?g)$/i.test(file))
    throw new ImageError("ARGUMENT", "--contact-sheet is a .png or a .jpg", { path: file });
  if (!fs.statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory())
    throw new ImageError("IO", "its folder is not there", { path: file });
}

function isJpeg(file: string): boolean {
  return !/\.png$/i.test(file);
}

/** As many as make few pictures about four by three, and no more than a page has. */
function columnsFor(count: number): number {
  return Math.min(COLUMNS, Math.ceil(Math.sqrt((count * COLUMNS) / ROWS)));
}

/** The file's name, with its folders where there is room. */
function captionOf(fileName: string): string {
  return fileName.length <= LONGEST_CAPTION ? fileName : `…/${basename(fileName)}`;
}

/** The draft's name is the same each time: what a killed run leaves is overwritten by the next. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const draft = join(dirname(file), `.${basename(file)}.limn.tmp`);
  try {
    fs.writeFileSync(draft, bytes);
    fs.renameSync(draft, file);
  } catch (cause) {
    fs.rmSync(draft, { force: true });
    throw new ImageError("IO", `cannot be written (${reasonOf(cause)})`, { path: file, cause });
  }
}
