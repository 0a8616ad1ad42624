import { expect, test } from "vitest";
import { killAndResume } from "../support/kill.ts";

test("runs killed at many moments and resumed give the same files", async () => {
  for (let seed = 1; seed <= 20; seed++) await killAndResume({ pictures: 600, kills: 10, seed });
  expect.hasAssertions();
});
