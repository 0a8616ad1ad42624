/**
 * First-fit free list with coalescing over wasm memory: the only place that grows it.
 *
 * Frames and scratch of mixed lifetimes live here side by side, so a stack would not do. Bookkeeping is in JavaScript;
 * nothing is written into wasm memory, so a kernel that runs astray cannot break it.
 */
import { ImageError } from "../errors.ts";

const PAGE = 65536;
/** One page less than 4 GiB, so that the end of memory still fits in 32 bits. */
const MAX_PAGES = 65535;
const ALIGN = 16;
/** Room behind every block: kernels may read and write whole vectors up to this many bytes past the end of a row. */
export const SLACK = 128;

interface FreeBlock {
  ptr: number;
  size: number;
}

export class Heap {
  /** Sorted by address; no two blocks touch. */
  readonly #free: FreeBlock[] = [];
  /**
   * Live blocks by address, and their sizes. No Map: V8 makes a new table of an old Map in old space every few hundred entries
   * that come and go, which is garbage that only a full collection takes.
   */
  readonly #live: number[] = [];
  readonly #sizes: number[] = [];
  /** Everything at or above is untouched memory. */
  #top: number;
  #used = 0;

  constructor(
    readonly memory: WebAssembly.Memory,
    base: number,
  ) {
    this.#top = align(base);
  }

  /** Blocks that are not freed. */
  get blocks(): number {
    return this.#live.length;
  }

  /** Bytes of those blocks, their slack included. */
  get usedBytes(): number {
    return this.#used;
  }

  /**
   * Reserve `bytes`, 16-aligned, not cleared, with {@link SLACK} bytes of room behind. May grow memory, which detaches
   * every view: take views after the last `alloc`.
   *
   * @throws {ImageError} `LIMIT` when memory cannot grow
   */
  alloc(bytes: number): number {
    // a size that is no size would move the end of the heap to nowhere, and the next kernel would run out of memory
    if (!(bytes >= 0)) throw new ImageError("INTERNAL", `alloc of ${bytes} bytes`);
    const size = align(bytes + SLACK);
    let ptr = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const block = this.#free[i]!;
      if (block.size < size) continue;
      ptr = block.ptr;
      if (block.size === size) this.#free.splice(i, 1);
      else {
        block.ptr += size;
        block.size -= size;
      }
      break;
    }
    if (ptr < 0) {
      // the last free block may end at the top: start there and grow by the rest only
      const last = this.#free.at(-1);
      const start = last && last.ptr + last.size === this.#top ? last.ptr : this.#top;
      this.#reserve(start + size, bytes);
      if (start !== this.#top) this.#free.pop();
      ptr = start;
      this.#top = start + size;
    }
    const at = firstNotBelow(this.#live, ptr);
    if (at === this.#live.length) {
      this.#live.push(ptr);
      this.#sizes.push(size);
    } else {
      this.#live.splice(at, 0, ptr);
      this.#sizes.splice(at, 0, size);
    }
    this.#used += size;
    return ptr;
  }

  /** Give a block back. A pointer that is not of a live block is a defect: `INTERNAL`. */
  free(ptr: number): void {
    const at = firstNotBelow(this.#live, ptr);
    if (this.#live[at] !== ptr) throw new ImageError("INTERNAL", `free of ${ptr}, which is not a live block`);
    const size = this.#sizes[at]!;
    this.#live.splice(at, 1);
    this.#sizes.splice(at, 1);
    this.#used -= size;
    let low = 0;
    for (let high = this.#free.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#free[middle]!.ptr < ptr) low = middle + 1;
      else high = middle;
    }
    const before = this.#free[low - 1];
    const after = this.#free[low];
    const joinsBefore = before !== undefined && before.ptr + before.size === ptr;
    const joinsAfter = after !== undefined && ptr + size === after.ptr;
    if (joinsBefore && joinsAfter) {
      before.size += size + after.size;
      this.#free.splice(low, 1);
    } else if (joinsBefore) before.size += size;
    else if (joinsAfter) {
      after.ptr = ptr;
      after.size += size;
    } else this.#free.splice(low, 0, { ptr, size });
  }

  /** The free blocks as `[ptr, size]`, by address; for tests. */
  freeBlocks(): [ptr: number, size: number][] {
    return this.#free.map(({ ptr, size }) => [ptr, size]);
  }

  #reserve(end: number, bytes: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (end > MAX_PAGES * PAGE) throw new RangeError("over 4 GiB");
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new ImageError("LIMIT", `wasm memory cannot hold ${bytes} more bytes`, { cause });
    }
  }
}

/** Where the first of some ascending numbers is that is not below `wanted`. */
function firstNotBelow(numbers: readonly number[], wanted: number): number {
  let low = 0;
  for (let high = numbers.length; low < high;) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGN) * ALIGN;
}
