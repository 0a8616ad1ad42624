/** Rows of a picture as PNG stores them, and where they are in wasm memory while they are encoded. */
import { type Frame, coreOf, pointerOf } from "./frame.ts";
import { type Core, type Scratch, core } from "./wasm.ts";

/** Rows to encode, in the form that PNG stores. */
export interface PngRows {
  readonly height: number;
  /** Bytes of a row as stored. */
  readonly rowBytes: number;
  /** Bytes from a byte to the one left of it. */
  readonly bpp: number;
  /** The rows are those of a Frame; `rgb` leaves its alpha out. Without a frame, `read` gives them. */
  readonly frame?: { readonly frame: Frame; readonly rgb: boolean };
  /** The rows are indices of so many bits each, and `read` gives one byte for each index. */
  readonly indices?: { readonly width: number; readonly bits: number };
  /** Write rows `y` to `y + count - 1`, one behind the other, into `to`. */
  readonly read?: (to: Uint8Array, y: number, count: number) => void;
}

/** The instance that a frame lives in, or the one in use. */
export function coreFor({ frame }: PngRows): Core {
  return frame ? coreOf(frame.frame) : core();
}

/** Where rows are in wasm memory: in their frame, or in a window of the strip at hand and the row above it. */
export class RowSource {
  readonly stride: number;
  readonly #zeros: number;
  readonly #window: number = 0;
  readonly #indices: number = 0;
  #count = 0;

  constructor(
    readonly scratch: Scratch,
    readonly rows: PngRows,
    perStrip: number,
  ) {
    const { frame, indices, rowBytes } = rows;
    // rows of indices are kept with their filter's number, as `matchLines` wants them
    this.stride = frame ? frame.frame.width * 4 : indices ? rowBytes + 1 : rowBytes;
    this.#zeros = scratch.allocZeroed(this.stride);
    if (!frame) this.#window = scratch.alloc((perStrip + 1) * this.stride);
    if (indices) this.#indices = scratch.alloc(perStrip * indices.width);
  }

  /** Pointers of row `y` and of the row above it. Rows of an array are read in order, strip by strip. */
  at(y: number, count: number): { src: number; above: number } {
    const { rows, stride, scratch } = this;
    const { core: owner, kernels } = scratch;
    if (rows.frame) {
      const src = pointerOf(rows.frame.frame) + y * stride;
      return { src, above: y === 0 ? this.#zeros : src - stride };
    }
    const window = owner.u8(this.#window, (Math.max(this.#count, count) + 1) * stride);
    window.copyWithin(0, this.#count * stride, (this.#count + 1) * stride);
    this.#count = count;
    const first = this.#window + stride;
    if (rows.indices) {
      const { width, bits } = rows.indices;
      rows.read!(owner.u8(this.#indices, count * width), y, count);
      kernels.packIndexRows(first, this.#indices, count, width, bits);
    } else rows.read!(window.subarray(stride), y, count);
    const src = rows.indices ? first + 1 : first;
    return { src, above: y === 0 ? this.#zeros : src - stride };
  }
}
