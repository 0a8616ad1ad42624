import { afterAll, beforeAll, describe, expect } from "vitest";
import { useModule } from "../../src/core/wasm.ts";
import { guessMode } from "../../src/model/guess-mode.ts";
import { toUint8 } from "../../src/model/to-uint8.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { expectFailure } from "../support/wandb-calls.ts";
import {
  GENERATIONS,
  onlyKeys,
  recordedArray,
  recordedCall,
  recordedCases,
  recordedResult,
  recordingTest,
} from "../support/wandb-recording.ts";

function isFailure(result: unknown): result is { error: string } {
  return typeof result === "object" && result !== null && "error" in result;
}

describe.each(VARIANTS)("recorded value mapping (%s)", (variant) => {
  beforeAll(() => useModule(variantModule(variant)));
  afterAll(() => useModule(variantModule("simd")));

  recordingTest("toUint8 gives the recorded bytes in every generation", () => {
    let compared = 0;
    for (const recorded of recordedCases("to_uint8")) {
      for (const generation of GENERATIONS) {
        const result = recordedResult(recorded, generation);
        if (result === undefined) continue;
        const call = recordedCall(recorded, generation);
        const name = `${recorded.id} ${recorded.dtype} ${generation}`;
        onlyKeys(call, ["do", "array"], name);
        expect(call.do, name).toBe("to_uint8");
        const policy = generation === "head" ? "auto" : "wandb-mid";
        if (isFailure(result)) {
          expectFailure(() => toUint8(recordedArray(call.array, recorded), { policy }), result.error, name);
        } else {
          expect([...toUint8(recordedArray(call.array, recorded), { policy }).data], name).toEqual(
            result.flat(Infinity),
          );
        }
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});

recordingTest("guessMode gives the recorded mode in every generation", () => {
  let compared = 0;
  for (const recorded of recordedCases("guess_mode")) {
    for (const generation of GENERATIONS) {
      const result = recordedResult(recorded, generation);
      if (result === undefined) continue;
      const call = recordedCall(recorded, generation);
      const name = `${recorded.id} ${generation}`;
      onlyKeys(call, ["do", "shape", "file_type"], name);
      expect(call.do, name).toBe("guess_mode");
      const guess = (): string => guessMode(call.shape, { generation, fileType: call.file_type });
      if (isFailure(result)) expectFailure(guess, result.error, name);
      else expect(guess(), name).toBe(result);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(0);
});
