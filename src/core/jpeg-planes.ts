/** The components of a JPEG while it is decoded: how large they are, and where their parts are in wasm memory. */
import type { Scratch } from "./wasm.ts";

/** What the components of a JPEG mean; the index is the kernels' number. */
export const COLOURS = ["grey", "ycc", "rgb", "cmyk", "ycck"] as const;
export type JpegColour = (typeof COLOURS)[number];

/** How rows of a component become rows of the picture; the index is the kernels' number. */
const UPSAMPLINGS = ["repeat", "h2v1", "h1v2", "h2v2"] as const;
type Upsampling = (typeof UPSAMPLINGS)[number];

/** Shape of a JPEG as its frame header gives it; sampling factors are 1..4 and divide the largest. */
export interface JpegLayout {
  readonly width: number;
  readonly height: number;
  readonly colour: JpegColour;
  /** Samples of CMYK are complements (Adobe). */
  readonly inverted: boolean;
  readonly components: readonly { readonly h: number; readonly v: number }[];
  /** True when one scan holds the whole picture, so that no coefficients are kept. */
  readonly direct: boolean;
}

/** A component and where its parts are in memory. */
export interface JpegPlane {
  readonly h: number;
  readonly v: number;
  /** Samples without padding. */
  readonly width: number;
  readonly height: number;
  /** Blocks with padding to whole MCUs. */
  readonly blocksX: number;
  readonly blocksY: number;
  readonly stride: number;
  readonly quant: number;
  coefs: number;
  maps: number;
  rows: number;
  line: number;
}

/** Room before and behind the samples of a row for the border of the filters and whole vectors. */
const ROW_MARGIN = 16;
const PLANE_WORDS = 16;

/** Storage order of a block: position of zigzag coefficient k. Columns lie as 0 2 1 3 4 6 5 7, see the kernels. */
export const STORAGE: Uint8Array = storageOrder();

/** The components of a picture of so many MCUs, with room for their quantisation tables alone. */
export function planesOf(scratch: Scratch, layout: JpegLayout, mcusX: number, mcusY: number): JpegPlane[] {
  const { width, height, components } = layout;
  const { maxH, maxV } = largestFactors(components);
  return components.map(({ h, v }) => {
    const blocksX = mcusX * h;
    return {
      h,
      v,
      width: Math.ceil((width * h) / maxH),
      height: Math.ceil((height * v) / maxV),
      blocksX,
      blocksY: mcusY * v,
      stride: blocksX * 8 + 2 * ROW_MARGIN,
      quant: scratch.allocZeroed(128),
      coefs: 0,
      maps: 0,
      rows: 0,
      line: 0,
    };
  });
}

/** The sampling factors that all others divide. */
export function largestFactors(components: JpegLayout["components"]): { maxH: number; maxV: number } {
  return { maxH: Math.max(...components.map(({ h }) => h)), maxV: Math.max(...components.map(({ v }) => v)) };
}

/** Memory for the sample rows of one MCU row. @returns the records of the planes, as the kernels take them */
export function reserveRows(scratch: Scratch, planes: readonly JpegPlane[], width: number): number {
  const { maxH, maxV } = largestFactors(planes);
  for (const plane of planes) {
    // one row more, above, for the last row of the MCU row before
    plane.rows = scratch.alloc((plane.v * 8 + 1) * plane.stride) + plane.stride + ROW_MARGIN;
    plane.line = scratch.alloc(width + 64);
  }
  const records = scratch.alloc(planes.length * PLANE_WORDS * 4);
  const words = scratch.core.u32(records, planes.length * PLANE_WORDS);
  planes.forEach((plane, i) => {
    const expandX = maxH / plane.h;
    const expandY = maxV / plane.v;
    words.set(
      [
        plane.rows,
        plane.stride,
        plane.width,
        plane.height,
        plane.v * 8,
        expandX,
        expandY,
        UPSAMPLINGS.indexOf(upsampling(expandX, expandY, plane.width)),
        plane.line,
        0,
        plane.coefs,
        plane.maps,
        plane.blocksX,
        Math.ceil(plane.width / 8),
        plane.quant,
        0,
      ],
      i * PLANE_WORDS,
    );
  });
  return records;
}

/** The reference filters only for these ratios, and repeats where a component is at most two samples wide. */
function upsampling(expandX: number, expandY: number, width: number): Upsampling {
  if (expandX === 2 && expandY === 1 && width > 2) return "h2v1";
  if (expandX === 1 && expandY === 2) return "h1v2";
  if (expandX === 2 && expandY === 2 && width > 2) return "h2v2";
  return "repeat";
}

function storageOrder(): Uint8Array {
  const columns = [0, 2, 1, 3, 4, 6, 5, 7]; // swaps 1 with 2 and 5 with 6, so it is its own inverse
  const order = new Uint8Array(64);
  let k = 0;
  for (let sum = 0; sum < 15; sum++) {
    for (let i = Math.max(0, sum - 7); i <= Math.min(7, sum); i++) {
      const [row, column] = sum % 2 === 0 ? [sum - i, i] : [i, sum - i];
      order[k++] = row * 8 + columns[column]!;
    }
  }
  return order;
}
