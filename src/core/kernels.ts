/**
 * The typed list of what the core exports. Each binding file declares the kernels that it binds; pointers and counts are
 * numbers, results above 2^31 come back negative and are read with `>>> 0`.
 */
import type { BlendKernels } from "./blend.ts";
import type { LabelMapKernels } from "./label-map.ts";
import type { MaskPaintKernels } from "./masks.ts";
import type { RleKernels } from "./rle.ts";

export interface Kernels extends BlendKernels, RleKernels, MaskPaintKernels, LabelMapKernels {
  readonly memory: WebAssembly.Memory;
  /** First byte after the static tables: where the heap begins. */
  heapBase(): number;
}
