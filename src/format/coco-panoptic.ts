/** COCO panoptic: one PNG for each picture, in which the colour of a pixel is the id of its segment. */
import { decodePng } from "../codec/png-decode.ts";
import type { Frame } from "../core/frame.ts";
import { ImageError, show } from "../errors.ts";
import type { Annotation, Rle } from "../model/scene.ts";
import { runsByValue } from "./value-runs.ts";

/** The segments of one picture, before its PNG is read. */
export interface PanopticSegments {
  /** Place of the record, for errors. */
  readonly path: string;
  /** The PNG, as the record names it. */
  readonly fileName: string | undefined;
  /** Without segmentation yet; {@link Annotation.id} is the segment's id. */
  readonly segments: readonly Annotation[];
}

/**
 * The run lengths of every id of a panoptic picture, in one pass over it.
 *
 * @param rgba - `width * height` pixels, row-major; the id is `R + 256 G + 65536 B`, alpha is not looked at
 * @returns runs by id; the pixels of no segment are under 0
 */
export function segmentRuns(rgba: Uint8Array, width: number, height: number): Map<number, Rle> {
  return runsByValue(new Uint32Array(rgba.buffer, rgba.byteOffset, width * height), width, height, 0xffffff);
}

/**
 * The segments with their masks.
 *
 * @param report - gets an error for each segment that JSON and PNG do not agree on
 * @throws {ImageError} if the PNG cannot be read or has another size than the picture
 */
export function readPanopticMasks(
  { path, fileName, segments }: PanopticSegments,
  width: number,
  height: number,
  readMask: ((fileName: string) => Uint8Array) | undefined,
  report: (error: ImageError) => void,
): Annotation[] {
  if (fileName === undefined)
    throw new ImageError("ARGUMENT", "expected the name of the panoptic PNG, got none", { path: `${path}.file_name` });
  if (!readMask)
    throw new ImageError("ARGUMENT", `expected options.readMask, which gives the bytes of ${show(fileName)}`, { path });
  const runs = decodeRuns(readNamed(readMask, fileName), fileName, width, height);
  const drawn = segments.map((segment, i): Annotation => {
    const rle = typeof segment.id === "number" ? runs.get(segment.id) : undefined;
    if (rle) return { ...segment, segmentation: { kind: "rle", rle } };
    const place = `${path}.segments_info[${i}].id`;
    report(new ImageError("ARGUMENT", `no pixel of ${show(fileName)} has the id ${show(segment.id)}`, { path: place }));
    return segment;
  });
  const known = new Set(segments.map(({ id }) => id));
  for (const id of runs.keys())
    if (id !== 0 && !known.has(id))
      report(
        new ImageError("ARGUMENT", `pixels of ${show(fileName)} have the id ${id}, which is not listed`, {
          path: `${path}.segments_info`,
        }),
      );
  return drawn;
}

function decodeRuns(bytes: Uint8Array, fileName: string, width: number, height: number): Map<number, Rle> {
  const frame = decodeNamed(bytes, fileName);
  try {
    if (frame.width !== width || frame.height !== height)
      throw new ImageError("DECODE", `expected ${width} x ${height} pixels, got ${frame.width} x ${frame.height}`, {
        path: fileName,
      });
    return segmentRuns(frame.view(), width, height);
  } finally {
    frame.free();
  }
}

function decodeNamed(bytes: Uint8Array, fileName: string): Frame {
  try {
    return decodePng(bytes, { as: "rgba8" });
  } catch (error) {
    throw error instanceof ImageError ? error.at(fileName) : error;
  }
}

function readNamed(readMask: (fileName: string) => Uint8Array, fileName: string): Uint8Array {
  try {
    return readMask(fileName);
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError("IO", "cannot be read", { path: fileName, cause });
  }
}
