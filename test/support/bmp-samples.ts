/** Mode and samples of a BMP as Pillow reads them: black and white, palette, grey, RGB. */
import { decodeBmp } from "../../src/codec/bmp.ts";

export interface Samples {
  readonly mode: string;
  readonly width: number;
  readonly height: number;
  /** One byte a sample; for mode `1`, bits packed from the highest, each row in bytes of its own. */
  readonly data: Uint8Array;
}

export function bmpSamples(bytes: Uint8Array): Samples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [offset, width, height, bits] = [
    view.getUint32(10, true),
    view.getInt32(18, true),
    view.getInt32(22, true),
    view.getUint16(28, true),
  ];
  const row = Math.ceil((width * bits) / 8);
  const stride = Math.ceil(row / 4) * 4;
  const rows = (): Uint8Array => {
    const data = new Uint8Array(row * height);
    for (let y = 0; y < height; y++) {
      const from = offset + (height - 1 - y) * stride;
      data.set(bytes.subarray(from, from + row), y * row);
    }
    return data;
  };
  if (bits === 1) return { mode: "1", width, height, data: rows() };
  if (bits === 8) {
    const grey = Array.from({ length: 256 }, (_, i) => 54 + i * 4).every((at, i) =>
      bytes.subarray(at, at + 3).every((value) => value === i),
    );
    return { mode: grey ? "L" : "P", width, height, data: rows() };
  }
  const frame = decodeBmp(bytes);
  const rgba = frame.toRgba();
  frame.free();
  return { mode: "RGB", width, height, data: rgba.filter((_, i) => i % 4 !== 3) };
}
