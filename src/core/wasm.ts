/**
 * The wasm core: compiled once, on first use, synchronously; an instance with its heap is a {@link Core}.
 * The only door to `@assemblyscript/loader`.
 */
import { coreFile } from "#platform";
import { instantiateSync } from "@assemblyscript/loader";
import { ImageError } from "../errors.ts";
import { Heap } from "./heap.ts";
import type { Kernels } from "./kernels.ts";
import { unpack } from "./unpack.ts";
import { WASM } from "./wasm-bytes.ts";

/** An instance that grew beyond this is replaced as soon as nothing lives in it: wasm memory never shrinks. */
const KEEP_BYTES = 512 * 2 ** 20;

/** One that is no larger is kept whatever is drawn next. */
const KEEP_SMALL = 128 * 2 ** 20;

type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** One instance of the wasm core and the heap over its memory. */
export class Core {
  readonly kernels: Kernels;
  readonly heap: Heap;
  readonly memory: WebAssembly.Memory;
  /** Set after a trap: the state of memory is unknown, so the next caller gets a new instance. */
  broken = false;
  /** Blocks of the heap that hold caches: they do not keep a huge instance alive. */
  cachedBlocks = 0;

  constructor(module: WebAssembly.Module) {
    // the loader's wrappers cost 60 ns a call; the raw exports cost 10
    this.kernels = instantiateSync(module).instance.exports as unknown as Kernels;
    this.memory = this.kernels.memory;
    this.heap = new Heap(this.memory, this.kernels.heapBase());
  }

  /**
   * Run `work` with scratch memory that is given back afterwards, also when it throws.
   *
   * @throws {ImageError} `INTERNAL` when a kernel traps
   */
  run<T>(work: (scratch: Scratch) => T): T {
    const scratch = new Scratch(this);
    try {
      return work(scratch);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.broken = true;
      throw new ImageError("INTERNAL", `the core trapped: ${error.message}`, { cause: error });
    } finally {
      scratch.release();
    }
  }

  /** Live view of bytes; dead after the next `alloc` of anyone, so use it and drop it. */
  u8(ptr: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, ptr, length);
  }

  /** Live view of 32-bit integers, `ptr` 4-aligned; see {@link u8}. */
  i32(ptr: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer as ArrayBuffer, ptr, length);
  }

  /** Live view of unsigned 32-bit integers, `ptr` 4-aligned; see {@link u8}. */
  u32(ptr: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer as ArrayBuffer, ptr, length);
  }

  /** True when this instance should not serve new work: it trapped, or it is huge and empty. */
  get retired(): boolean {
    return this.broken || (this.heap.blocks === this.cachedBlocks && this.memory.buffer.byteLength > KEEP_BYTES);
  }
}

/** Memory of one {@link Core.run}; everything allocated here is freed when the run ends. */
export class Scratch {
  readonly kernels: Kernels;
  readonly #pointers: number[] = [];

  constructor(readonly core: Core) {
    this.kernels = core.kernels;
  }

  /** Reserve bytes, 16-aligned, not cleared; see {@link Heap.alloc}. */
  alloc(bytes: number): number {
    const ptr = this.core.heap.alloc(bytes);
    this.#pointers.push(ptr);
    return ptr;
  }

  /** Reserve bytes and set them to zero. */
  allocZeroed(bytes: number): number {
    const ptr = this.alloc(bytes);
    this.core.u8(ptr, bytes).fill(0);
    return ptr;
  }

  /** Copy an array in; honours views that do not start at byte 0. */
  copyIn(source: TypedArray): number {
    const ptr = this.alloc(source.byteLength);
    this.core.u8(ptr, source.byteLength).set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
    return ptr;
  }

  /** Copy the bytes of an ASCII string in; any other character becomes several bytes, so check the length. */
  copyText(text: string): number {
    const ptr = this.alloc(text.length * 3);
    encoder.encodeInto(text, this.core.u8(ptr, text.length * 3));
    return ptr;
  }

  /** Keep a block beyond the run: it now belongs to the caller, who frees it. */
  keep(ptr: number): number {
    this.#pointers.splice(this.#pointers.indexOf(ptr), 1);
    return ptr;
  }

  /** Give back one block early. */
  free(ptr: number): void {
    this.core.heap.free(this.keep(ptr));
  }

  /** Free what is left. */
  release(): void {
    for (const ptr of this.#pointers) this.core.heap.free(ptr);
    this.#pointers.length = 0;
  }
}

const encoder = new TextEncoder();
let module: WebAssembly.Module | undefined;
let current: Core | undefined;

/** The compiled core, to be posted to a worker, which passes it to {@link useModule}. */
export function coreModule(): WebAssembly.Module {
  module ??= compile();
  return module;
}

/** Use this compiled core from now on; for workers and for hosts that forbid compiling bytes. */
export function useModule(compiled: WebAssembly.Module): void {
  module = compiled;
  current = undefined;
}

/** The instance in use; Frames remember theirs, so a replaced one lives until they are gone. */
export function core(): Core {
  if (current === undefined || current.retired) current = new Core(coreModule());
  return current;
}

/**
 * Give the instance back if it is empty and much larger than what is worked on: one huge picture must not decide for all that
 * follow what each thread holds.
 *
 * @param needed - bytes that the pictures of now need
 */
export function trimCore(needed: number): void {
  if (!current || current.heap.blocks !== current.cachedBlocks) return;
  if (current.memory.buffer.byteLength > Math.max(KEEP_SMALL, needed * 4)) current = undefined;
}

function compile(): WebAssembly.Module {
  if (WASM === undefined)
    throw new ImageError(
      "STATE",
      "this build holds no wasm: await loadCore(source) first, with limn/core.wasm as source",
    );
  try {
    return new WebAssembly.Module(coreFile(WASM.size) ?? unpack(WASM.text));
  } catch (cause) {
    // the host may also forbid compiling, which is no CompileError everywhere: its own words stay with the error
    throw new ImageError("UNSUPPORTED", "limn needs WebAssembly with SIMD, which this host has not or forbids", {
      cause,
    });
  }
}
