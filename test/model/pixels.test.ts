import { describe, expect, test } from "vitest";
import { checkPixels, toPixelArray } from "../../src/model/pixels.ts";
import { pixelsToUint8 } from "../../src/model/to-uint8.ts";

describe("toPixelArray", () => {
  test("sees an ImageData by its width and height", () => {
    const data = new Uint8ClampedArray(2 * 3 * 4);
    expect(toPixelArray({ data, width: 2, height: 3 })).toEqual({ data, shape: [3, 2, 4] });
    expect(checkPixels(toPixelArray({ data: new Uint8Array(6), width: 2, height: 3 })!).channels).toBe(1);
    expect(() => checkPixels(toPixelArray({ data: new Uint8Array(7), width: 2, height: 3 })!)).toThrow(
      expect.objectContaining({ code: "ARGUMENT" }),
    );
  });

  test("reads a TensorFlow.js tensor by dataSync", () => {
    const tensor = { dataSync: () => Float32Array.of(0, 1), shape: [1, 2], dtype: "float32" };
    expect(toPixelArray(tensor)).toEqual({ data: Float32Array.of(0, 1), shape: [1, 2] });
    const mask = { dataSync: () => Uint8Array.of(0, 1), shape: [1, 2], dtype: "bool" };
    expect(toPixelArray(mask)).toEqual({ data: Uint8Array.of(0, 1), shape: [1, 2], dtype: "bool" });
  });

  test("reads an onnxruntime tensor as channels, height, width and drops a batch of one", () => {
    const tensor = { cpuData: new Float32Array(12), dims: [1, 3, 2, 2], type: "float32", location: "cpu" };
    expect(toPixelArray(tensor)).toMatchObject({ shape: [3, 2, 2], layout: "CHW" });
    const half = { data: new Uint16Array(4), dims: [1, 2, 2], type: "float16" };
    expect(checkPixels(toPixelArray(half)!).element).toBe("float16");
  });

  test("says what to do about a tensor that is not on the CPU", () => {
    const tensor = {
      dims: [1, 2, 2],
      type: "float32",
      get data(): never {
        throw new Error("The data is not on CPU");
      },
    };
    expect(() => toPixelArray(tensor)).toThrow(
      expect.objectContaining({ code: "ARGUMENT", message: expect.stringContaining("getData") }),
    );
  });

  test("gathers a strided ndarray: a transposed, a reversed and a cropped view", () => {
    const data = Uint8Array.from({ length: 12 }, (_, i) => i); // 3 rows of 4
    const view = (shape: number[], stride: number[], offset: number) => toPixelArray({ data, shape, stride, offset })!;
    expect([...view([3, 4], [4, 1], 0).data]).toEqual([...data]);
    expect([...view([4, 3], [1, 4], 0).data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect([...view([3, 4], [-4, 1], 8).data]).toEqual([8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]);
    expect([...view([2, 2], [4, 1], 5).data]).toEqual([5, 6, 9, 10]);
    expect([...view([2, 3, 2], [4, 1, 1], 0).data]).toEqual([0, 1, 1, 2, 2, 3, 4, 5, 5, 6, 6, 7]);
    for (const [shape, stride, offset] of [
      [[4, 4], [4, 1], 0],
      [[2, 2], [4], 0],
      [[2, 2], [4, 0.5], 0],
      [[2, 2], [4, 1], 0.5],
      [[2, 2], [4, 1], NaN],
    ] as const)
      expect(() => view([...shape], [...stride], offset)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });

  test("is undefined for what holds no pixels", () => {
    for (const value of [null, undefined, 1, "a", [1], new Uint8Array(3), {}, { data: 1 }])
      expect(toPixelArray(value)).toBeUndefined();
  });

  test("takes subclasses of typed arrays", () => {
    class Bytes extends Uint8Array {}
    expect([...pixelsToUint8({ data: new Bytes([9, 200]), shape: [1, 2] }).data]).toEqual([9, 200]);
  });
});
