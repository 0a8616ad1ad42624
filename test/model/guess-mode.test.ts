import { expect, test } from "vitest";
import { guessMode } from "../../src/model/guess-mode.ts";

test("limn's own rule takes the last axis of three as channels and drops nothing else", () => {
  expect(guessMode([4, 5])).toBe("L");
  expect(guessMode([4, 3])).toBe("L");
  expect(guessMode([4, 5, 1])).toBe("L");
  expect(guessMode([4, 5, 2])).toBe("LA");
  expect(guessMode([1, 5, 3])).toBe("RGB");
  expect(guessMode([4, 5, 4])).toBe("RGBA");
  expect(guessMode([4, 5, 4], { fileType: "jpg" })).toBe("RGB");
  expect(guessMode([4, 5, 2], { fileType: "jpeg" })).toBe("L");
  for (const shape of [[], [3], [4, 5, 5], [2, 4, 5, 3]])
    expect(() => guessMode(shape)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});

test("reads the channel axis of a CHW array", () => {
  expect(guessMode({ data: new Uint8Array(60), shape: [3, 4, 5], layout: "CHW" })).toBe("RGB");
  expect(guessMode({ data: new Float32Array(60), dims: [1, 3, 4, 5], type: "float32" })).toBe("RGB");
});

test("head drops the alpha of a JPEG, the older generations keep it", () => {
  expect(guessMode([4, 5, 4], { generation: "head", fileType: "jpeg" })).toBe("RGB");
  expect(guessMode([4, 5, 4], { generation: "mid", fileType: "jpeg" })).toBe("RGBA");
});

test("refuses what is neither pixels nor a shape, and an unknown generation", () => {
  for (const value of ["RGB", null, [4, "5"], [4.5, 3], {}])
    expect(() => guessMode(value as never)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  expect(() => guessMode([4, 5, 3], { generation: "new" as never })).toThrow(
    expect.objectContaining({ code: "ARGUMENT" }),
  );
});
