import { describe, expect, test } from "vitest";
import { hostileRound } from "../support/hostile-run.ts";

describe("scenes of nonsense", () => {
  test("are drawn or refused with an ImageError: no trap, no leak, no damaged alpha, the same bytes twice", () => {
    const count = { drawn: 0, refused: 0 };
    for (let seed = 0; seed < 2000; seed++) {
      try {
        count[hostileRound(seed)]++;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // most nonsense is noticed, and much of it is harmless
    expect(count.refused).toBeGreaterThan(500);
    expect(count.drawn).toBeGreaterThan(700);
  });
});
