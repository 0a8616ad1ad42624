/** COCO's `segmentation` field: polygons, run lengths, or the compressed string of run lengths. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import type { PolygonPart, Rle, Segmentation } from "../model/scene.ts";
import { type Fields, isFields, isList, readNumbers } from "./fields.ts";

/** No picture has a coordinate further out (sides end at 65500), and walking along such an edge would take for ever. */
export const MAX_COORDINATE = 1e6;

/**
 * A segmentation, or undefined where the field is missing or empty.
 *
 * @param width - of the picture, 0 where it is not known
 * @param report - gets an error for each polygon that is left out while others stay
 * @throws {ImageError} with a path that begins with `segmentation`, when nothing of it can be used
 */
export function readSegmentation(
  value: unknown,
  width: number,
  height: number,
  report: (error: ImageError) => void,
): Segmentation | undefined {
  if (value === undefined || value === null) return undefined;
  if (isFields(value)) return { kind: "rle", rle: readRle(value, width, height) };
  if (!isList(value))
    throw new ImageError("ARGUMENT", `expected polygons or run lengths, got ${show(value)}`, { path: "segmentation" });
  if (value.length === 0) return undefined;
  // some tools write a single ring without the list around it
  if (!isList(value[0]) && !isFields(value[0]))
    return { kind: "polygon", parts: [{ outline: readRing(value, "segmentation") }] };
  const parts: PolygonPart[] = [];
  let failure: ImageError | undefined;
  for (let i = 0; i < value.length; i++) {
    try {
      parts.push({ outline: readRing(value[i], `segmentation[${i}]`) });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (failure) report(failure);
      failure = error;
    }
  }
  if (failure) {
    if (parts.length === 0) throw failure;
    report(failure);
  }
  return { kind: "polygon", parts };
}

function readRing(value: unknown, path: string): ArrayLike<number> {
  const ring = readNumbers(value, path, MAX_COORDINATE);
  if (ring.length < 6 || ring.length % 2 !== 0)
    throw new ImageError("ARGUMENT", `expected an even count of 6 or more numbers, got ${ring.length}`, { path });
  return ring;
}

function readRle(value: Fields, width: number, height: number): Rle {
  const path = "segmentation.size";
  const size = readNumbers(value["size"], path, 1e9);
  if (size.length !== 2)
    throw new ImageError("ARGUMENT", `expected [height, width], got ${size.length} numbers`, { path });
  const [high, wide] = [size[0]!, size[1]!];
  checkSize(wide, high, path);
  if (width > 0 && (wide !== width || high !== height))
    throw new ImageError("ARGUMENT", `expected [${height}, ${width}] as the picture has, got [${high}, ${wide}]`, {
      path,
    });
  const counts = plainCounts(value["counts"]);
  if (typeof counts === "string") {
    checkCompressedCounts(counts, wide * high);
    return { size: [high, wide], counts };
  }
  const list = readNumbers(counts, "segmentation.counts", Number.MAX_SAFE_INTEGER);
  checkCounts(list, wide * high);
  return { size: [high, wide], counts: list };
}

/** `str(bytes)` of Python, `b'…'` with its backslashes doubled, is what forgetting to decode gives; no run has a quote. */
function plainCounts(counts: unknown): unknown {
  const inside = typeof counts === "string" ? /^b(['"])(.*)\1$/s.exec(counts)?.[2] : undefined;
  return inside === undefined ? counts : inside.replaceAll("\\\\", "\\");
}

const COUNTS = { path: "segmentation.counts" };

function checkCounts(counts: ArrayLike<number>, area: number): void {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]!;
    if (!Number.isInteger(run) || run < 0)
      throw new ImageError("DECODE", `expected run lengths of 0 or more, got ${run} at index ${i}`, COUNTS);
    sum += run;
  }
  if (sum !== area) throw new ImageError("DECODE", `expected runs of ${area} pixels together, got ${sum}`, COUNTS);
}

/**
 * Check a compressed string without making the runs, so that a broken one is named when the file is read and not when
 * the picture is drawn. Each run is written in groups of 5 bits, lowest first, character 48 + group, 32 added while more
 * follow; bit 16 of the last is the sign; from the fourth run on it is the difference to the run before the last.
 *
 * @throws {ImageError} `DECODE` with the position of the first wrong character
 */
export function checkCompressedCounts(counts: string, area: number): void {
  let [sum, last, beforeLast, index, at] = [0, 0, 0, 0, 0];
  while (at < counts.length) {
    const start = at;
    let [run, weight, group] = [0, 1, 32];
    while (group & 32) {
      if (at === counts.length)
        throw new ImageError("DECODE", `expected the run at character ${start} to go on, got the end`, COUNTS);
      group = counts.charCodeAt(at++) - 48;
      if (group < 0 || group > 63 || weight > 2 ** 30)
        throw new ImageError(
          "DECODE",
          `expected a run length, got ${show(counts[at - 1])} at character ${at - 1}`,
          COUNTS,
        );
      run += (group & 31) * weight;
      weight *= 32;
    }
    if (group & 16) run -= weight;
    if (index > 2) run += beforeLast;
    if (run < 0)
      throw new ImageError("DECODE", `expected a run of 0 or more, got ${run} at character ${start}`, COUNTS);
    sum += run;
    if (sum > area)
      throw new ImageError(
        "DECODE",
        `expected runs of ${area} pixels together, got more at character ${start}`,
        COUNTS,
      );
    beforeLast = last;
    last = run;
    index += 1;
  }
  if (sum !== area) throw new ImageError("DECODE", `expected runs of ${area} pixels together, got ${sum}`, COUNTS);
}
