/**
 * A thin layer over HarfBuzz's wasm: one font, shaped text, outlines. It stands in for the package's own glue, which asks
 * for Node's modules, a loose file and top-level await.
 *
 * Every font has an instance of its own: whatever a broken font does to HarfBuzz ends with that font, and its memory goes
 * with it.
 */

import { toQuadratics } from "./curves.ts";
import { asWasm } from "./wasm-callbacks.ts";

/** As much of HarfBuzz as is used; numbers are pointers, sizes, and values in units of the font. */
interface HarfBuzz {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  free(ptr: number): void;
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number;
  hb_blob_destroy(blob: number): void;
  hb_face_create(blob: number, index: number): number;
  hb_face_destroy(face: number): void;
  hb_face_get_upem(face: number): number;
  hb_face_collect_unicodes(face: number, set: number): void;
  hb_set_create(): number;
  hb_set_destroy(set: number): void;
  hb_set_get_population(set: number): number;
  hb_font_create(face: number): number;
  hb_font_get_nominal_glyph(font: number, codePoint: number, glyph: number): number;
  hb_font_draw_glyph_or_fail(font: number, glyph: number, functions: number, data: number): number;
  hb_ot_metrics_get_position_with_fallback(font: number, tag: number, position: number): void;
  hb_ot_name_get_utf16(face: number, id: number, language: number, size: number, text: number): number;
  hb_language_from_string(text: number, length: number): number;
  hb_draw_funcs_create(): number;
  hb_draw_funcs_set_move_to_func(functions: number, callback: number, userData: number, destroy: number): void;
  hb_draw_funcs_set_line_to_func(functions: number, callback: number, userData: number, destroy: number): void;
  hb_draw_funcs_set_quadratic_to_func(functions: number, callback: number, userData: number, destroy: number): void;
  hb_draw_funcs_set_cubic_to_func(functions: number, callback: number, userData: number, destroy: number): void;
  hb_buffer_create(): number;
  hb_buffer_reset(buffer: number): void;
  hb_buffer_add_utf16(buffer: number, text: number, length: number, start: number, count: number): void;
  hb_buffer_set_direction(buffer: number, direction: number): void;
  hb_buffer_guess_segment_properties(buffer: number): void;
  hb_buffer_get_length(buffer: number): number;
  hb_buffer_get_glyph_infos(buffer: number, length: number): number;
  hb_buffer_get_glyph_positions(buffer: number, length: number): number;
  hb_shape(font: number, buffer: number, features: number, count: number): void;
}

/** Glyphs of a run as they stand from left to right. */
export interface ShapedRun {
  readonly glyphs: readonly number[];
  /** For each glyph: index in the text of the first UTF-16 unit of the characters that it stands for. */
  readonly clusters: readonly number[];
  /** Units of the font: from this glyph's pen to the next, and where the glyph stands from its pen (y up). */
  readonly advances: readonly number[];
  readonly offsetsX: readonly number[];
  readonly offsetsY: readonly number[];
}

/** Contours in units of the font, y up; straight lines and quadratic curves as in `Outline` of the rasteriser. */
export interface Contours {
  readonly points: number[];
  readonly flags: number[];
  readonly ends: number[];
}

/** HarfBuzz gets no more than this for one font. */
const MEMORY_BYTES = 2 ** 29;
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

/** A font in HarfBuzz. A method that throws anything has met a font that breaks it: the object is not to be used again. */
export class HarfBuzzFont {
  readonly unitsPerEm: number;
  readonly #hb: HarfBuzz;
  readonly #face: number;
  readonly #font: number;
  readonly #buffer: number;
  readonly #drawing: number;
  /** Room for one text, and for small results. */
  readonly #text: number;
  readonly #result: number;
  #contours: Contours = { points: [], flags: [], ends: [] };
  #x = 0;
  #y = 0;

  /**
   * @param index - which font of a collection
   * @throws if there is no memory for it
   */
  constructor(module: WebAssembly.Module, bytes: Uint8Array, index: number) {
    const hb = instantiate(module);
    this.#hb = hb;
    const data = hb.malloc(bytes.length);
    this.#text = hb.malloc(MAX_TEXT * 2);
    this.#result = hb.malloc(8);
    if (!data || !this.#text || !this.#result) throw new RangeError("no memory for the font");
    new Uint8Array(hb.memory.buffer, data, bytes.length).set(bytes);
    const blob = hb.hb_blob_create(data, bytes.length, READ_ONLY, 0, 0);
    this.#face = hb.hb_face_create(blob, index);
    hb.hb_blob_destroy(blob);
    this.#font = hb.hb_font_create(this.#face);
    this.unitsPerEm = hb.hb_face_get_upem(this.#face);
    this.#buffer = hb.hb_buffer_create();
    this.#drawing = hb.hb_draw_funcs_create();
    this.#listen();
  }

  /** Number of characters that it maps. */
  get characters(): number {
    const hb = this.#hb;
    const set = hb.hb_set_create();
    hb.hb_face_collect_unicodes(this.#face, set);
    const count = hb.hb_set_get_population(set);
    hb.hb_set_destroy(set);
    return count;
  }

  /** What it calls itself, with its style; empty where it does not say. */
  get name(): string {
    const hb = this.#hb;
    new Uint8Array(hb.memory.buffer, this.#text, 2).set([0x65, 0x6e]); // "en"
    const language = hb.hb_language_from_string(this.#text, 2);
    new Uint32Array(hb.memory.buffer, this.#result, 1)[0] = NAME_LENGTH;
    hb.hb_ot_name_get_utf16(this.#face, FULL_NAME, language, this.#result, this.#text);
    const length = new Uint32Array(hb.memory.buffer, this.#result, 1)[0]!;
    return String.fromCharCode(...new Uint16Array(hb.memory.buffer, this.#text, Math.min(length, NAME_LENGTH)));
  }

  /** Height of a part of the letters in units of the font, by its tag of the MVAR table: `xhgt`, `cpht`, `hdsc`. */
  metric(tag: string): number {
    let code = 0;
    for (let i = 0; i < 4; i++) code = (code << 8) | tag.charCodeAt(i);
    this.#hb.hb_ot_metrics_get_position_with_fallback(this.#font, code, this.#result);
    return new Int32Array(this.#hb.memory.buffer, this.#result, 1)[0]!;
  }

  /** Glyph of a character by itself, undefined where the font does not map it. */
  glyphOf(codePoint: number): number | undefined {
    if (!this.#hb.hb_font_get_nominal_glyph(this.#font, codePoint, this.#result)) return undefined;
    return new Uint32Array(this.#hb.memory.buffer, this.#result, 1)[0]! || undefined;
  }

  /**
   * Shape a part of a text, all of one script and direction; what stands around it decides how letters join.
   *
   * @param text - at most {@link MAX_TEXT} UTF-16 units
   */
  shape(text: string, start: number, end: number, rightToLeft: boolean): ShapedRun {
    const hb = this.#hb;
    const units = new Uint16Array(hb.memory.buffer, this.#text, text.length);
    for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    const buffer = this.#buffer;
    hb.hb_buffer_reset(buffer);
    hb.hb_buffer_add_utf16(buffer, this.#text, text.length, start, end - start);
    hb.hb_buffer_set_direction(buffer, rightToLeft ? RTL : LTR);
    hb.hb_buffer_guess_segment_properties(buffer);
    hb.hb_shape(this.#font, buffer, 0, 0);
    const count = hb.hb_buffer_get_length(buffer);
    const infos = hb.hb_buffer_get_glyph_infos(buffer, 0) >>> 2;
    const positions = hb.hb_buffer_get_glyph_positions(buffer, 0) >>> 2;
    const numbers = new Int32Array(hb.memory.buffer);
    const column = (first: number): number[] => Array.from({ length: count }, (_, i) => numbers[first + i * 5]!);
    return {
      glyphs: column(infos),
      clusters: column(infos + 2),
      advances: column(positions),
      offsetsX: column(positions + 2),
      offsetsY: column(positions + 3),
    };
  }

  /** The outline of a glyph; empty where it has none. */
  contours(glyph: number): Contours {
    this.#contours = { points: [], flags: [], ends: [] };
    this.#hb.hb_font_draw_glyph_or_fail(this.#font, glyph, this.#drawing, 0);
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
    const hb = this.#hb;
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
      toQuadratics(this.#x, this.#y, ax, ay, bx, by, x, y, this.unitsPerEm, (px, py, flag) =>
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
    hb.hb_draw_funcs_set_move_to_func(this.#drawing, callbacks[0]!, 0, 0);
    hb.hb_draw_funcs_set_line_to_func(this.#drawing, callbacks[1]!, 0, 0);
    hb.hb_draw_funcs_set_quadratic_to_func(this.#drawing, callbacks[2]!, 0, 0);
    hb.hb_draw_funcs_set_cubic_to_func(this.#drawing, callbacks[3]!, 0, 0);
  }
}

function instantiate(module: WebAssembly.Module): HarfBuzz {
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
  const hb = instance.exports as unknown as HarfBuzz;
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
