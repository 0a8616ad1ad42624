/**
 * The typed list of what the core exports. Each binding file declares the kernels that it binds; pointers and counts are
 * numbers, results above 2^31 come back negative and are read with `>>> 0`.
 */
import type { BlendKernels } from "./blend.ts";
import type { ChecksumKernels } from "./checksum.ts";
import type { HeatMapKernels } from "./heat-map.ts";
import type { InflateKernels } from "./inflate.ts";
import type { JpegDecodeKernels } from "./jpeg-decode.ts";
import type { JpegEncodeKernels } from "./jpeg-encode.ts";
import type { LabelMapKernels } from "./label-map.ts";
import type { MaskPaintKernels } from "./mask-paint.ts";
import type { OrientKernels } from "./orient.ts";
import type { PixelKernels } from "./pixels.ts";
import type { PngDecodeKernels } from "./png-decode.ts";
import type { PngEncodeKernels } from "./png-encode.ts";
import type { RasterKernels } from "./raster.ts";
import type { ResizeKernels } from "./resize.ts";
import type { RleKernels } from "./rle.ts";
import type { CoverKernels } from "./soft-mask.ts";
import type { TextKernels } from "./text.ts";

export interface Kernels
  extends
    BlendKernels,
    ChecksumKernels,
    HeatMapKernels,
    CoverKernels,
    InflateKernels,
    JpegDecodeKernels,
    JpegEncodeKernels,
    LabelMapKernels,
    MaskPaintKernels,
    OrientKernels,
    PixelKernels,
    PngDecodeKernels,
    PngEncodeKernels,
    RasterKernels,
    ResizeKernels,
    RleKernels,
    TextKernels {
  readonly memory: WebAssembly.Memory;
  /** First byte after the static tables: where the heap begins. */
  heapBase(): number;
}
