/** Binding of `assembly/checksum.ts`. */
import { core } from "./wasm.ts";

export interface ChecksumKernels {
  crc32Table(table: number): void;
  crc32(crc: number, src: number, n: number, table: number): number;
  crc32Fold(src: number, n: number, table: number): number;
  adler32(adler: number, src: number, n: number): number;
}

/** Working memory of `crc32`. */
export const CRC_TABLE_BYTES = 8192;

/** CRC-32 of bytes that are not in wasm memory. */
export function crc32Of(bytes: Uint8Array): number {
  return core().run((scratch) => {
    const table = scratch.alloc(CRC_TABLE_BYTES);
    const size = Math.min(bytes.length, 65536);
    const ptr = scratch.alloc(size);
    scratch.kernels.crc32Table(table);
    let crc = 0;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      scratch.core.u8(ptr, piece.length).set(piece);
      crc = scratch.kernels.crc32(crc, ptr, piece.length, table);
    }
    return crc >>> 0;
  });
}
