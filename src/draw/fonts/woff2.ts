/** WOFF 2 taken out of its wrapping, by Google's decoder in wasm. A part of the build of its own: only who has such a font loads it. */
import { unpack } from "../../core/unpack.ts";
import { growTo } from "./harfbuzz.ts";
import { WOFF2_TEXT } from "./woff2-bytes.ts";

/** A decoder that holds more is replaced before its next file. */
const KEPT_BYTES = 2 ** 26;

/** The decoder's exports, by the names that its build gave them. */
interface Exports {
  /** Memory, start, table of functions, malloc, free. */
  readonly s: WebAssembly.Memory;
  t(): void;
  readonly u: WebAssembly.Table;
  v(bytes: number): number;
  w(ptr: number): void;
}

interface Decoder {
  readonly memory: WebAssembly.Memory;
  decode(bytes: Uint8Array, most: number): Uint8Array | undefined;
}

/** A page may hold only some dozens of wasm memories, so one decoder serves all files until one breaks it. */
let decoder: Decoder | undefined;
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The font in a WOFF2 file; undefined for a broken one.
 *
 * @param most - bytes that it may have
 */
export async function unpackWoff2(bytes: Uint8Array, most: number): Promise<Uint8Array | undefined> {
  const { byteOffset, byteLength, buffer } = bytes;
  const head = new DataView(buffer, byteOffset, byteLength);
  // the size that the file promises is what the decoder takes at once
  if (byteLength < 48 || head.getUint32(16) > most) return undefined;
  compiled ??= WebAssembly.compile(unpack(WOFF2_TEXT));
  const module = await compiled;
  try {
    // it does not give back all that it takes
    if (!decoder || decoder.memory.buffer.byteLength > KEPT_BYTES) decoder = startDecoder(module);
    return decoder.decode(bytes, most);
  } catch {
    decoder = undefined;
    return undefined;
  }
}

/**
 * The module was made for a binding layer that builds JavaScript from strings, which many pages forbid. All of it that is
 * needed: the function that the module registers, called with a C++ string, and the view of memory that it hands back.
 */
function startDecoder(module: WebAssembly.Module): Decoder {
  let most = 0;
  let invoke = 0;
  let target = 0;
  let viewType = -1;
  let result: Uint8Array | undefined;
  const nothing = (): void => undefined;
  const fail = (): never => {
    throw new Error("the decoder gave up");
  };
  // by position: see asmLibraryArg of the package's decompress_binding.js
  const a = {
    a: (type: number, kind: number) => {
      if (kind === 1) viewType = type; // bytes
    },
    b: nothing,
    c: nothing,
    d: nothing,
    e: fail,
    f: nothing,
    g: (type: number, value: number) => {
      if (type === viewType) {
        const [length = 0, data = 0] = new Uint32Array(exports.s.buffer, value, 2);
        if (length <= most) result = new Uint8Array(exports.s.buffer, data, length).slice();
      }
      return 1;
    },
    h: nothing,
    i: nothing,
    j: fail,
    k: (size: number) => exports.v(size + 16) + 16,
    l: nothing,
    m: nothing,
    n: nothing,
    o: (to: number, from: number, size: number) => {
      new Uint8Array(exports.s.buffer).copyWithin(to, from, from + size);
    },
    p: (size: number) => growTo(exports.s, size >>> 0, most * 4 + 2 ** 26),
    q: nothing,
    r: (_name: number, _count: number, _types: number, _signature: number, invoker: number, called: number) => {
      invoke = invoker;
      target = called;
    },
  };
  const exports = new WebAssembly.Instance(module, { a }).exports as unknown as Exports;
  exports.t();
  const decode = (bytes: Uint8Array, limit: number): Uint8Array | undefined => {
    most = limit;
    result = undefined;
    const text = exports.v(bytes.length + 4);
    if (!text) return undefined;
    new Uint32Array(exports.s.buffer, text, 1)[0] = bytes.length;
    new Uint8Array(exports.s.buffer, text + 4, bytes.length).set(bytes);
    (exports.u.get(invoke) as (target: number, text: number) => number)(target, text);
    exports.w(text);
    return result;
  };
  return { memory: exports.s, decode };
}
