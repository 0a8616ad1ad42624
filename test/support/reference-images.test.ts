import { expect, test } from "vitest";
import { difference, SAME } from "./reference-images.ts";

test("two equal pictures have no difference", () => {
  expect(difference([1, 2, 3], Uint8Array.of(1, 2, 3))).toEqual(SAME);
});

test("the largest difference, the number of them and the first place are told", () => {
  expect(difference([1, 9, 3, 0], [1, 2, 3, 200])).toEqual({ max: 200, count: 2, first: 1 });
});

test("a missing sample is an infinite difference, whichever side lacks it", () => {
  expect(difference([1, 2], [1, 2, 3, 4])).toEqual({ max: Infinity, count: 2, first: 2 });
  expect(difference([1, 2, 3], [1, 9])).toEqual({ max: Infinity, count: 2, first: 1 });
});
