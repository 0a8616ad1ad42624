import { expect, test } from "vitest";
import { hostileRound } from "../support/hostile-run.ts";

test("100,000 scenes of nonsense are drawn or refused with an ImageError", () => {
  for (let seed = 1_000_000; seed < 1_100_000; seed++) {
    try {
      expect(["drawn", "refused"]).toContain(hostileRound(seed));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});
