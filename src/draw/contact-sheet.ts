/** Several pictures as one. */
import { blendFrame } from "../core/blend.ts";
import { Frame } from "../core/frame.ts";
import { fillBoxes, packColor } from "../core/raster.ts";
import { checkedOptions, ImageError, show } from "../errors.ts";
import { checkSize, limits } from "../limits.ts";
import { type Color, parseColor, textColorOn } from "./colors.ts";
import { resize } from "./resize.ts";
import { drawLines, lineMetrics, lineOf, type TextLine } from "./text-lines.ts";

/** How pictures are put beside each other. */
export interface ConcatOptions {
  /** `row` puts them side by side, `column` one below the other. Default `row`. */
  readonly direction?: "row" | "column" | undefined;
  /** Where a lower (or narrower) picture stands. Default `center`. */
  readonly align?: "start" | "center" | "end" | undefined;
  /** Whole pixels between two pictures. Default 0. */
  readonly gap?: number | undefined;
  /** Default white. */
  readonly background?: Color | undefined;
}

/**
 * Pictures side by side or one below the other, in their own sizes.
 *
 * @returns a new opaque frame, which the caller owns; the given ones stay as they are
 * @throws {ImageError} `ARGUMENT` for no pictures or options that cannot be meant, `LIMIT` for a result that is too large
 * @example
 * using pair = concat([before, after], { gap: 8 });
 */
export function concat(frames: readonly Frame[], options: ConcatOptions = {}): Frame {
  const { direction = "row", align = "center", gap = 0, background = 0xffffff } = checkedOptions(options);
  checkFrames(frames);
  checkChoice(direction, ["row", "column"], "direction");
  checkChoice(align, ["start", "center", "end"], "align");
  checkPixels(gap, "gap");
  const isRow = direction === "row";
  const along = (frame: Frame): number => (isRow ? frame.width : frame.height);
  const across = (frame: Frame): number => (isRow ? frame.height : frame.width);
  const length = frames.reduce((sum, frame) => sum + along(frame) + gap, -gap);
  const breadth = Math.max(...frames.map(across));
  const sheet = createSheet(isRow ? length : breadth, isRow ? breadth : length, parseColor(background, "background"));
  let at = 0;
  for (const frame of frames) {
    const rest = breadth - across(frame);
    const shift = align === "start" ? 0 : align === "end" ? rest : rest >> 1;
    blendFrame(sheet, frame, isRow ? at : shift, isRow ? shift : at);
    at += along(frame) + gap;
  }
  return sheet;
}

/** How a contact sheet looks. */
export interface ContactSheetOptions {
  /** Pictures in a row. Default: so many that the sheet is about four by three. */
  readonly columns?: number | undefined;
  /** Pixels of each place; pictures are resized to fit, their shape kept. Default: the largest picture's, at most 480. */
  readonly cellWidth?: number | undefined;
  readonly cellHeight?: number | undefined;
  /** A line of text under the middle of each picture, cut where it is too long; `undefined` or `""` for none. */
  readonly captions?: readonly (string | undefined)[] | undefined;
  /** A line over the whole sheet. */
  readonly title?: string | undefined;
  /** A stripe of colour under each picture; `undefined` for none. */
  readonly colors?: readonly (Color | undefined)[] | undefined;
  /** Pixels between places and around the sheet. Default: a 24th of a place, at least 4. */
  readonly gap?: number | undefined;
  /** Default white. Text is black or white, whichever can be read on it. */
  readonly background?: Color | undefined;
  /** Pixels of the em, a whole number of 6..400. Default: 12 for places of 200 pixels, 18 for 480, at most 24. */
  readonly fontSize?: number | undefined;
}

/** What a contact sheet is without options: cells are not larger than this. */
const LARGEST_CELL = 480;

/**
 * Pictures in rows and columns, resized to equal places, with captions.
 *
 * @returns a new opaque frame, which the caller owns; the given ones stay as they are
 * @throws {ImageError} `ARGUMENT` for no pictures or options that cannot be meant, `LIMIT` for a result that is too large
 * @example
 * using sheet = contactSheet(frames, { columns: 4, cellWidth: 320, cellHeight: 240, captions: names });
 */
export function contactSheet(frames: readonly Frame[], options: ContactSheetOptions = {}): Frame {
  checkFrames(frames);
  return drawSheet(
    frames.length,
    { width: Math.max(...frames.map(({ width }) => width)), height: Math.max(...frames.map(({ height }) => height)) },
    options,
    (i, place) => place(frames[i]!),
  );
}

/** A contact sheet that may also have a line over each picture. */
interface SheetOptions extends ContactSheetOptions {
  readonly headings?: readonly string[] | undefined;
}

/**
 * A sheet whose pictures are made one after the other, so that only one is in memory.
 *
 * @param largest - the size of a place where the options leave it open
 * @param make - calls `place` with picture i, which stays its own
 */
export function drawSheet(
  count: number,
  largest: { readonly width: number; readonly height: number },
  options: SheetOptions,
  make: (i: number, place: (frame: Frame) => void) => void,
): Frame {
  const { captions = [], title, colors = [], headings = [] } = checkedOptions(options);
  for (const [path, list] of Object.entries({ captions, colors }))
    if (!Array.isArray(list)) throw new ImageError("ARGUMENT", `expected a list, got ${show(list)}`, { path });
  const background = parseColor(options.background ?? 0xffffff, "background");
  const stripes = colors.map((color, i) => (color === undefined ? undefined : parseColor(color, `colors[${i}]`)));
  const texts = captions.map((text, i) => checkText(text, `captions[${i}]`));
  const heads = headings.map((text, i) => checkText(text, `titles[${i}]`));
  const scale = Math.min(1, LARGEST_CELL / Math.max(largest.width, largest.height));
  const cellWidth = checkCell(options.cellWidth ?? Math.max(1, Math.round(largest.width * scale)), "cellWidth");
  const cellHeight = checkCell(options.cellHeight ?? Math.max(1, Math.round(largest.height * scale)), "cellHeight");
  const columns = Math.min(count, checkCell(options.columns ?? columnsOf(count, cellWidth, cellHeight), "columns"));
  const gap = checkPixels(options.gap ?? Math.max(4, Math.round(Math.min(cellWidth, cellHeight) / 24)), "gap");
  const fontSize = options.fontSize ?? Math.min(24, Math.max(10, Math.round(8 + cellWidth / 50)));
  if (!(Number.isInteger(fontSize) && fontSize >= 6 && fontSize <= 400))
    throw new ImageError("ARGUMENT", `expected a whole number of 6..400, got ${show(fontSize)}`, { path: "fontSize" });

  const { capHeight, descent } = lineMetrics(fontSize);
  const space = Math.round(fontSize * 0.5);
  const stripe = stripes.some((color) => color !== undefined) ? Math.max(2, Math.round(fontSize / 4)) : 0;
  const text = texts.some((caption) => caption !== "")
    ? space + capHeight + Math.max(descent, Math.round(fontSize * 0.7))
    : 0;
  const over = heads.length > 0 ? capHeight + descent + space : 0;
  const titleSize = Math.round(fontSize * 1.35);
  const head = title ? Math.round(titleSize * 1.7) : 0;
  const rows = Math.ceil(count / columns);
  const pitchX = cellWidth + gap;
  const pitchY = over + cellHeight + stripe + text + gap;
  const sheet = createSheet(gap + columns * pitchX, gap + head + rows * pitchY, background);
  try {
    const ink = textColorOn(background) === 0 ? 0x1f2328 : 0xf6f8fa;
    const lines: TextLine[] = [];
    const boxes: number[] = [];
    const fills: number[] = [];
    for (let i = 0; i < count; i++) {
      const left = gap + (i % columns) * pitchX;
      const top = gap + head + over + Math.floor(i / columns) * pitchY;
      make(i, (frame) => {
        const picture = resize(frame, { width: cellWidth, height: cellHeight, fit: "contain" });
        // a low picture stands on its caption
        const rest = cellHeight - picture.height;
        blendFrame(
          sheet,
          picture,
          left + ((cellWidth - picture.width) >> 1),
          top + (text + stripe > 0 ? rest : rest >> 1),
        );
        picture.free();
      });
      const below = top + cellHeight;
      if (stripes[i] !== undefined) {
        boxes.push(left, below, left + cellWidth, below + stripe);
        fills.push(packColor(stripes[i]!));
      }
      for (const [words, y] of [
        [heads[i], top - descent - space + Math.round(descent / 2)],
        [texts[i], below + stripe + space + capHeight],
      ] as const)
        if (words) {
          const line = lineOf(words, fontSize, cellWidth);
          lines.push({ line, x: left + ((cellWidth - line.width) >> 1), y, ink });
        }
    }
    fillBoxes(sheet, Int32Array.from(boxes), Uint32Array.from(fills));
    drawLines(sheet, lines, fontSize);
    if (title) {
      const line = lineOf(checkText(title, "title"), titleSize, sheet.width - 2 * gap);
      drawLines(sheet, [{ line, x: gap, y: gap + lineMetrics(titleSize).capHeight, ink }], titleSize);
    }
    return sheet;
  } catch (error) {
    sheet.free();
    throw error;
  }
}

/** As many columns as make the sheet about four by three. */
function columnsOf(count: number, width: number, height: number): number {
  return Math.max(1, Math.round(Math.sqrt((count * height * 4) / (width * 3))));
}

function createSheet(width: number, height: number, fill: number): Frame {
  checkSize(width, height, "sheet");
  return Frame.create(width, height, { fill });
}

function checkFrames(frames: readonly Frame[]): void {
  if (!Array.isArray(frames) || frames.length === 0 || !frames.every((frame) => frame instanceof Frame))
    throw new ImageError("ARGUMENT", `expected one Frame or more, got ${show(frames)}`, { path: "frames" });
}

function checkChoice(value: unknown, choices: readonly unknown[], path: string): void {
  if (!choices.includes(value))
    throw new ImageError("ARGUMENT", `expected ${choices.join(" or ")}, got ${show(value)}`, { path });
}

function checkPixels(value: number, path: string): number {
  if (!(Number.isInteger(value) && value >= 0 && value <= limits.maxSide))
    throw new ImageError("ARGUMENT", `expected whole pixels of 0..${limits.maxSide}, got ${show(value)}`, { path });
  return value;
}

function checkCell(value: number, path: string): number {
  if (!(Number.isInteger(value) && value >= 1))
    throw new ImageError("ARGUMENT", `expected a whole number of 1 or more, got ${show(value)}`, { path });
  if (value > limits.maxSide)
    throw new ImageError("LIMIT", `expected at most ${limits.maxSide}, got ${value}`, { path });
  return value;
}

function checkText(value: unknown, path: string): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw new ImageError("ARGUMENT", `expected text, got ${show(value)}`, { path });
  return value;
}
