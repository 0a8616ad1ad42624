import { expect, test } from "vitest";
import { progressLine } from "../../src/cli/progress.ts";

const state = { done: 98_000, failed: 12, total: 100_000, bytes: 98e9, elapsed: 797_000 };

test.each([20, 40, 60, 80, 120, 200])("a line fits a terminal of %i columns", (columns) => {
  for (const some of [state, { ...state, done: 0, failed: 0, bytes: 0, elapsed: 0 }, { ...state, total: 1e7 }])
    expect(progressLine(some, columns).length).toBeLessThan(columns);
});

test("what matters least goes first where there is no room", () => {
  expect(progressLine(state, 200)).toBe(
    `${"█".repeat(39)}░ 98012/100000 | 123 images/s | 123.0 MB/s | 16 s left | 12 failed`,
  );
  expect(progressLine(state, 60)).toBe("98012/100000 | 123 images/s | 16 s left | 12 failed");
  expect(progressLine(state, 40)).toBe("98012/100000 | 16 s left | 12 failed");
  expect(progressLine(state, 10)).toBe("98012/100");
});

test("before the first picture nothing is promised", () => {
  expect(progressLine({ done: 0, failed: 0, total: 5, bytes: 0, elapsed: 0 }, 80)).toMatch(
    /^░{34,} 0\/5 \| - images\/s \| - MB\/s \| - left$/,
  );
});
