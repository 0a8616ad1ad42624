/**
 * A thin layer over HarfBuzz's wasm: one font, shaped text, outlines. It stands in for the package's own glue, which asks
 * for Node's modules, a loose file and top-level await. Longer than other files, so that no pointer of the library's memory leaves
 * this one.
 */

import { toQuadratics } from "./curves.ts";
import type { Exports } from "./harfbuzz-exports.ts";
import { asWasm } from "./wasm-callbacks.ts";

/** Glyphs of a run as they stand from left to right. */
export interface ShapedRun {
  readonly glyphs: readonly number[];
  /** For each glyph: index in the text of the first UTF-16 unit of the characters that it stands for. */
  readonly clusters: readonly number[];
  /** Units of the font: from this glyph's pen to the next, and where the glyph stands from its pen (y up). */
  readonly advances: readonly number[];
  readonly offsetsX: readonly number[];
  readonly offsetsY: readonly number[];
  /** Highest and lowest ink, from the baseline, y up. */
  readonly top: number;
  readonly bottom: number;
}

/** Contours in units of the font, y up; straight lines and quadratic curves as in `Outline` of the rasteriser. */
export interface Contours {
  readonly points: number[];
  readonly flags: number[];
  readonly ends: number[];
}

/** HarfBuzz gets no more than this. */
const MEMORY_BYTES = 2 ** 30;
const PAGE = 65536;
/** `HB_DIRECTION_LTR` and `HB_DIRECTION_RTL`. */
const LTR = 4;
const RTL = 5;
/** `HB_MEMORY_MODE_READONLY`: the bytes stay where they are. */
const READ_ONLY = 1;
/** Longest text of one call, in UTF-16 units. */
export const MAX_TEXT = 4096;
/** The name of a font that tells it from its family's others. */
const FULL_NAME = 4;
const NAME_LENGTH = 128;

/** One instance of HarfBuzz, for all fonts: a page may hold only some dozens of wasm memories. */
export class HarfBuzz {
  readonly exports: Exports;
  readonly buffer: number;
  readonly drawing: number;
  /** Room for one text, and for small results. */
  readonly text: number;
  readonly result: number;
  #contours: Contours = { points: [], flags: [], ends: [] };
  #unitsPerEm = 1;
  #x = 0;
  #y = 0;

  /** @throws if there is no memory for it */
  constructor(module: WebAssembly.Module) {
    const hb = instantiate(module);
    this.exports = hb;
    this.text = hb.malloc(MAX_TEXT * 2);
    this.result = hb.malloc(16);
    if (!this.text || !this.result) throw new RangeError("no memory for HarfBuzz");
    this.buffer = hb.hb_buffer_create();
    this.drawing = hb.hb_draw_funcs_create();
    this.#listen();
  }

  /** Do something that may trap; HarfBuzz can be used afterwards in any case. */
  guard<T>(work: (hb: Exports) => T): T {
    const hb = this.exports;
    const stack = hb.emscripten_stack_get_current();
    try {
      return work(hb);
    } catch (error) {
      hb._emscripten_stack_restore(stack);
      throw error;
    }
  }

  /** What HarfBuzz draws of a glyph. */
  contours(font: number, glyph: number, unitsPerEm: number): Contours {
    this.#contours = { points: [], flags: [], ends: [] };
    this.#unitsPerEm = unitsPerEm;
    this.exports.hb_font_draw_glyph_or_fail(font, glyph, this.drawing, 0);
    this.#close();
    return this.#contours;
  }

  #close(): void {
    const { flags, ends } = this.#contours;
    if (flags.length > (ends.at(-1) ?? 0)) ends.push(flags.length);
  }

  #add(x: number, y: number, flag: 0 | 1): void {
    this.#contours.points.push(x, y);
    this.#contours.flags.push(flag);
    this.#x = x;
    this.#y = y;
  }

  /** Have HarfBuzz call back with each piece of an outline. */
  #listen(): void {
    const hb = this.exports;
    const move = (_f: number, _d: number, _s: number, x: number, y: number): void => {
      this.#close();
      this.#add(x, y, 1);
    };
    const line = (_f: number, _d: number, _s: number, x: number, y: number): void => this.#add(x, y, 1);
    const quadratic = (_f: number, _d: number, _s: number, cx: number, cy: number, x: number, y: number): void => {
      this.#add(cx, cy, 0);
      this.#add(x, y, 1);
    };
    // prettier-ignore
    const cubic = (
      _f: number, _d: number, _s: number, ax: number, ay: number, bx: number, by: number, x: number, y: number,
    ): void => {
      toQuadratics(this.#x, this.#y, ax, ay, bx, by, x, y, this.#unitsPerEm, (px, py, flag) =>
        this.#add(px, py, flag),
      );
    };
    const table = hb.__indirect_function_table;
    const callbacks = asWasm([
      [move, 2],
      [line, 2],
      [quadratic, 4],
      [cubic, 6],
    ]).map((callback) => {
      const at = table.grow(1);
      table.set(at, callback);
      return at;
    });
    hb.hb_draw_funcs_set_move_to_func(this.drawing, callbacks[0]!, 0, 0);
    hb.hb_draw_funcs_set_line_to_func(this.drawing, callbacks[1]!, 0, 0);
    hb.hb_draw_funcs_set_quadratic_to_func(this.drawing, callbacks[2]!, 0, 0);
    hb.hb_draw_funcs_set_cubic_to_func(this.drawing, callbacks[3]!, 0, 0);
  }
}

/** A font in HarfBuzz. A method that throws anything has met a font that breaks it: the object is not to be used again. */
export class HarfBuzzFont {
  readonly unitsPerEm: number;
  readonly #engine: HarfBuzz;
  readonly #data: number;
  readonly #length: number;
  readonly #face: number;
  readonly #font: number;

  /**
   * @param bytes - copied
   * @param index - which font of a collection
   * @throws if there is no memory for it
   */
  constructor(engine: HarfBuzz, bytes: Uint8Array, index: number) {
    const hb = engine.exports;
    this.#engine = engine;
    this.#length = bytes.length;
    this.#data = hb.malloc(bytes.length);
    if (!this.#data) throw new RangeError("no memory for the font");
    new Uint8Array(hb.memory.buffer, this.#data, bytes.length).set(bytes);
    const blob = hb.hb_blob_create(this.#data, bytes.length, READ_ONLY, 0, 0);
    this.#face = hb.hb_face_create(blob, index);
    hb.hb_blob_destroy(blob);
    this.#font = hb.hb_font_create(this.#face);
    this.unitsPerEm = hb.hb_face_get_upem(this.#face);
  }

  /** Give its memory back. */
  free(): void {
    this.#engine.guard((hb) => {
      hb.hb_font_destroy(this.#font);
      hb.hb_face_destroy(this.#face);
      hb.free(this.#data);
    });
  }

  /** A copy of the file that it was made of. */
  get file(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#engine.exports.memory.buffer, this.#data, this.#length).slice();
  }

  /** Number of characters that it maps. */
  get characters(): number {
    return this.#engine.guard((hb) => {
      const set = hb.hb_set_create();
      hb.hb_face_collect_unicodes(this.#face, set);
      const count = hb.hb_set_get_population(set);
      hb.hb_set_destroy(set);
      return count;
    });
  }

  /** What it calls itself, with its style; empty where it does not say. */
  get name(): string {
    const { text, result } = this.#engine;
    return this.#engine.guard((hb) => {
      new Uint8Array(hb.memory.buffer, text, 2).set([0x65, 0x6e]); // "en"
      const language = hb.hb_language_from_string(text, 2);
      new Uint32Array(hb.memory.buffer, result, 1)[0] = NAME_LENGTH;
      hb.hb_ot_name_get_utf16(this.#face, FULL_NAME, language, result, text);
      const length = new Uint32Array(hb.memory.buffer, result, 1)[0]!;
      return String.fromCharCode(...new Uint16Array(hb.memory.buffer, text, Math.min(length, NAME_LENGTH)));
    });
  }

  /** Height of a part of the letters in units of the font, by its tag of the MVAR table: `xhgt`, `cpht`, `hdsc`. */
  metric(tag: string): number {
    let code = 0;
    for (let i = 0; i < 4; i++) code = (code << 8) | tag.charCodeAt(i);
    const { result } = this.#engine;
    return this.#engine.guard((hb) => {
      hb.hb_ot_metrics_get_position_with_fallback(this.#font, code, result);
      return new Int32Array(hb.memory.buffer, result, 1)[0]!;
    });
  }

  /** Glyph of a character by itself, undefined where the font does not map it. */
  glyphOf(codePoint: number): number | undefined {
    const { result } = this.#engine;
    return this.#engine.guard((hb) => {
      if (!hb.hb_font_get_nominal_glyph(this.#font, codePoint, result)) return undefined;
      return new Uint32Array(hb.memory.buffer, result, 1)[0]! || undefined;
    });
  }

  /**
   * Shape a part of a text, all of one script and direction; what stands around it decides how letters join.
   *
   * @param text - at most {@link MAX_TEXT} UTF-16 units
   */
  shape(text: string, start: number, end: number, rightToLeft: boolean): ShapedRun {
    return this.#engine.guard((hb) => {
      const units = new Uint16Array(hb.memory.buffer, this.#engine.text, text.length);
      for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
      const { buffer } = this.#engine;
      hb.hb_buffer_reset(buffer);
      hb.hb_buffer_add_utf16(buffer, this.#engine.text, text.length, start, end - start);
      hb.hb_buffer_set_direction(buffer, rightToLeft ? RTL : LTR);
      hb.hb_buffer_guess_segment_properties(buffer);
      hb.hb_shape(this.#font, buffer, 0, 0);
      const count = hb.hb_buffer_get_length(buffer);
      const infos = hb.hb_buffer_get_glyph_infos(buffer, 0) >>> 2;
      const positions = hb.hb_buffer_get_glyph_positions(buffer, 0) >>> 2;
      const numbers = new Int32Array(hb.memory.buffer);
      const column = (first: number): number[] => Array.from({ length: count }, (_, i) => numbers[first + i * 5]!);
      const glyphs = column(infos);
      const offsetsY = column(positions + 3);
      let [top, bottom] = [0, 0];
      for (let i = 0; i < count; i++) {
        if (!hb.hb_font_get_glyph_extents(this.#font, glyphs[i]!, this.#engine.result)) continue;
        const [, bearing = 0, , height = 0] = new Int32Array(hb.memory.buffer, this.#engine.result, 4);
        top = Math.max(top, offsetsY[i]! + bearing);
        bottom = Math.min(bottom, offsetsY[i]! + bearing + height);
      }
      return {
        glyphs,
        clusters: column(infos + 2),
        advances: column(positions),
        offsetsX: column(positions + 2),
        offsetsY,
        top,
        bottom,
      };
    });
  }

  /** The outline of a glyph; empty where it has none. */
  contours(glyph: number): Contours {
    return this.#engine.guard(() => this.#engine.contours(this.#font, glyph, this.unitsPerEm));
  }
}

function instantiate(module: WebAssembly.Module): Exports {
  const fail = (): never => {
    throw new Error("HarfBuzz gave up");
  };
  const instance = new WebAssembly.Instance(module, {
    env: {
      _abort_js: fail,
      _emscripten_runtime_keepalive_clear: () => undefined,
      _setitimer_js: () => 0,
      emscripten_resize_heap: (bytes: number) => growTo(hb.memory, bytes >>> 0, MEMORY_BYTES),
    },
    wasi_snapshot_preview1: { proc_exit: fail },
  });
  const hb = instance.exports as unknown as Exports;
  hb.__wasm_call_ctors();
  return hb;
}

/** Answer of a host to a module that asks for more memory: 1 when it has it. */
export function growTo(memory: WebAssembly.Memory, bytes: number, most: number): 0 | 1 {
  if (bytes > most) return 0;
  try {
    const pages = Math.ceil(Math.max(0, bytes - memory.buffer.byteLength) / PAGE);
    // an eighth more, so that growing byte by byte does not copy all each time
    memory.grow(
      Math.min(pages + (memory.buffer.byteLength >>> 19), Math.floor((most - memory.buffer.byteLength) / PAGE)),
    );
    return 1;
  } catch {
    return 0;
  }
}
