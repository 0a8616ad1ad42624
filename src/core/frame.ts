/** A picture for drawing, in wasm memory from decode to encode. */
import { ImageError, show } from "../errors.ts";
import { checkSize } from "../limits.ts";
import { type Core, core } from "./wasm.ts";

/** What a picture was before it became a Frame. */
export type Mode = "L" | "LA" | "RGB" | "RGBA";

/** The pointer of a live frame. @throws {ImageError} `STATE` after `free()`. For `src/core` alone. */
export let pointerOf: (frame: Frame) => number;
/** The instance that a frame lives in. For `src/core` alone. */
export let coreOf: (frame: Frame) => Core;
/** Make a frame around a block of `width * height * 4` bytes, which it then owns. For `src/core` alone. */
export let adoptFrame: (core: Core, ptr: number, width: number, height: number, mode: Mode) => Frame;

const MODES: readonly unknown[] = ["L", "LA", "RGB", "RGBA"];

const forgotten = new FinalizationRegistry<{ core: Core; ptr: number }>(({ core, ptr }) => core.heap.free(ptr));

/**
 * A picture for drawing: straight-alpha RGBA8, row-major, `width * height * 4` bytes in wasm memory.
 *
 * Owned by whoever holds it: call {@link free} or declare it with `using`. A forgotten Frame is given back after
 * garbage collection, which may be late.
 *
 * @example
 * const frame = Frame.create(320, 200, { fill: 0x336699 });
 * const png = encodePng(frame);
 * frame.free();
 */
export class Frame {
  readonly width: number;
  readonly height: number;
  /** What the picture was before: `L`, `LA`, `RGB` or `RGBA`. A frame without alpha is opaque and stays so. */
  readonly mode: Mode;
  readonly #core: Core;
  #ptr: number;

  private constructor(owner: Core, ptr: number, width: number, height: number, mode: Mode) {
    this.width = width;
    this.height = height;
    this.mode = mode;
    this.#core = owner;
    this.#ptr = ptr;
    forgotten.register(this, { core: owner, ptr }, this);
  }

  static {
    pointerOf = (frame) => {
      if (frame.#ptr < 0) throw new ImageError("STATE", "this Frame was freed");
      return frame.#ptr;
    };
    coreOf = (frame) => frame.#core;
    adoptFrame = (owner, ptr, width, height, mode) => new Frame(owner, ptr, width, height, mode);
  }

  /**
   * A new frame.
   *
   * @param options.fill - 0xRRGGBB of every pixel; without it the frame is transparent black and has mode `RGBA`
   * @throws {ImageError} `ARGUMENT` or `LIMIT` for the size
   */
  static create(width: number, height: number, options: { fill?: number } = {}): Frame {
    checkSize(width, height);
    const fill = options?.fill;
    if (fill !== undefined && !Number.isFinite(fill))
      throw new ImageError("ARGUMENT", `expected fill to be 0xRRGGBB, got ${show(fill)}`, { path: "fill" });
    const owner = core();
    const ptr = owner.heap.alloc(width * height * 4);
    const pixel =
      fill === undefined ? 0 : (0xff000000 | ((fill & 255) << 16) | (fill & 0xff00) | ((fill >> 16) & 255)) >>> 0;
    owner.u32(ptr, width * height).fill(pixel);
    return new Frame(owner, ptr, width, height, fill === undefined ? "RGBA" : "RGB");
  }

  /**
   * A new frame from straight-alpha RGBA8 bytes (an `ImageData`, for instance); the bytes are copied.
   *
   * @throws {ImageError} `ARGUMENT` if there are not `width * height * 4` bytes
   */
  static fromRgba(data: Uint8Array | Uint8ClampedArray, width: number, height: number, mode: Mode = "RGBA"): Frame {
    checkSize(width, height);
    const bytes = width * height * 4;
    if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || data.length !== bytes)
      throw new ImageError("ARGUMENT", `expected ${bytes} bytes of RGBA for ${width} x ${height}, got ${show(data)}`);
    if (!MODES.includes(mode)) throw new ImageError("ARGUMENT", `expected L, LA, RGB or RGBA, got ${show(mode)}`);
    const owner = core();
    const ptr = owner.heap.alloc(bytes);
    owner.u8(ptr, bytes).set(data);
    return new Frame(owner, ptr, width, height, mode);
  }

  /** True when every pixel is known to have alpha 255. */
  get opaque(): boolean {
    return this.mode === "L" || this.mode === "RGB";
  }

  /** True after {@link free}. */
  get freed(): boolean {
    return this.#ptr < 0;
  }

  /**
   * The pixels themselves, not a copy: RGBA, row-major. Dead (length 0) after the next call that allocates, so use it and
   * drop it.
   */
  view(): Uint8Array<ArrayBuffer> {
    return this.#core.u8(pointerOf(this), this.width * this.height * 4);
  }

  /** A copy of the pixels: RGBA, row-major, `width * height * 4` bytes. */
  toRgba(): Uint8Array<ArrayBuffer> {
    return this.view().slice();
  }

  /** A copy of this frame; the caller owns it. */
  clone(): Frame {
    const bytes = this.width * this.height * 4;
    const source = pointerOf(this);
    const ptr = this.#core.heap.alloc(bytes);
    this.#core.u8(ptr, bytes).set(this.#core.u8(source, bytes));
    return new Frame(this.#core, ptr, this.width, this.height, this.mode);
  }

  /** Give the memory back; a second call does nothing. */
  free(): void {
    if (this.#ptr < 0) return;
    forgotten.unregister(this);
    this.#core.heap.free(this.#ptr);
    this.#ptr = -1;
  }

  [Symbol.dispose](): void {
    this.free();
  }
}
