/** Pascal VOC's masks: PNGs whose pixels are classes (SegmentationClass) or objects (SegmentationObject). */
import { decodePng } from "../codec/png-decode.ts";
import { ImageError, show } from "../errors.ts";
import { cleanXml } from "./xml.ts";

/** Edges of objects, and what nobody labelled. */
export const VOID = 255;

export const VOC_NAMES: readonly string[] = (
  "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person " +
  "pottedplant sheep sofa train tvmonitor"
).split(" ");

/** VOC's colour of a class: the bits of its number, from the lowest, are the bits of red, green and blue from the top. */
export function vocColor(index: number): number {
  let [red, green, blue] = [0, 0, 0];
  for (let bit = 7, rest = index; bit >= 0; bit--, rest >>= 3) {
    red |= (rest & 1) << bit;
    green |= ((rest >> 1) & 1) << bit;
    blue |= ((rest >> 2) & 1) << bit;
  }
  return (red << 16) | (green << 8) | blue;
}

/** A class of labelmap.txt, or of VOC itself. */
export interface VocClass {
  readonly name: string;
  readonly color: number | undefined;
  readonly parts: readonly string[];
}

export interface LabelMapFile {
  readonly classes: readonly VocClass[];
  /** True where coordinates count from 1; false where the file is of a tool that counts from 0; undefined: not said. */
  readonly countsFromOne: boolean | undefined;
}

/** First line of labelmap.txt as CVAT and Datumaro write it; their boxes are in pixels from 0. */
const FROM_ZERO = "# label:color_rgb:parts:actions";
const FROM_ONE = `${FROM_ZERO} (boxes count pixels from 1, both ends included)`;

/** `name:r,g,b:part,part:action,action`, a line for each class, the background first. */
export function readLabelMap(lines: readonly string[], report: (line: number, message: string) => void): LabelMapFile {
  const classes: VocClass[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name, color = "", parts = ""] = /^(.*?):\s*([\d,\s]*):([^:]*):[^:]*$/.exec(line) ?? [];
    const bytes = color.split(",").map(Number);
    if (name === undefined || (color.trim() !== "" && !(bytes.length === 3 && bytes.every((byte) => byte <= 255)))) {
      report(i + 1, `expected name:r,g,b:parts:actions, got ${show(line)}`);
      continue;
    }
    classes.push({
      name: name.trim(),
      color: color.trim() === "" ? undefined : (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!,
      parts: parts
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    });
  }
  const head = lines[0]?.trim();
  return { classes, countsFromOne: head === FROM_ONE ? true : head === FROM_ZERO ? false : undefined };
}

/** A name as it can stand in labelmap.txt. */
export function labelMapName(name: string): string {
  return cleanXml(name)
    .trim()
    .replace(/[:,\n\r]/g, "_");
}

/** The text of labelmap.txt. */
export function formatLabelMap(classes: readonly VocClass[]): string {
  const lines = classes.map(({ name, color = 0, parts }) => {
    const rgb = [color >> 16, (color >> 8) & 255, color & 255].join(",");
    return `${name}:${rgb}:${parts.join(",")}:`;
  });
  return `${[FROM_ONE, ...lines].join("\n")}\n`;
}

/** A picture of small numbers. */
export interface IndexPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB of each number where the file has colours. */
  readonly colors: ReadonlyMap<number, number> | undefined;
}

/**
 * The numbers of a mask: palette indices, grey levels, or one for each colour of an RGB picture (black is 0).
 *
 * @throws {ImageError} `DECODE` for what is not such a PNG, `LIMIT` for more than 256 colours
 */
export function readIndexPicture(bytes: Uint8Array, file: string): IndexPicture {
  try {
    const { data, shape, mode, palette } = decodePng(bytes, { as: "native" });
    const [height, width, channels = 1] = shape as [number, number, number?];
    if (!(data instanceof Uint8Array)) throw new ImageError("UNSUPPORTED", "expected a mask of 8 bits, got 16");
    if (channels === 1) {
      const colors = new Map<number, number>();
      if (mode === "P" && palette)
        for (let i = 0; i * 3 < palette.length; i++)
          colors.set(i, (palette[i * 3]! << 16) | (palette[i * 3 + 1]! << 8) | palette[i * 3 + 2]!);
      return { data, width, height, colors: mode === "P" ? colors : undefined };
    }
    return { ...indexColors(data, width * height, channels), width, height };
  } catch (error) {
    throw error instanceof ImageError ? error.at(file) : error;
  }
}

function indexColors(samples: Uint8Array, pixels: number, channels: number): Pick<IndexPicture, "data" | "colors"> {
  const data = new Uint8Array(pixels);
  const numbers = new Map<number, number>();
  const standard = new Map(Array.from({ length: 256 }, (_, i) => [vocColor(i), i]));
  // colours that are none of VOC's get the numbers that are left, from the top
  const taken = new Set<number>();
  let free = VOID;
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    const grey = channels < 3;
    const color = (samples[at]! << 16) | (samples[at + (grey ? 0 : 1)]! << 8) | samples[at + (grey ? 0 : 2)]!;
    let number = numbers.get(color);
    if (number === undefined) {
      number = standard.get(color);
      if (number === undefined || taken.has(number)) {
        do free -= 1;
        while (free > 0 && taken.has(free));
        if (free <= 0) throw new ImageError("LIMIT", "expected at most 255 colours in a mask, got more");
        number = free;
      }
      taken.add(number);
      numbers.set(color, number);
    }
    data[i] = number;
  }
  return { data, colors: new Map([...numbers].map(([color, number]) => [number, color])) };
}
