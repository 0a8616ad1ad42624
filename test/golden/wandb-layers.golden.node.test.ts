import { describe, expect } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { BoundingBoxes2D } from "../../src/media/bounding-boxes.ts";
import { ImageMask } from "../../src/media/image-mask.ts";
import {
  GENERATIONS,
  onlyKeys,
  recordedArray,
  recordedCall,
  recordedCases,
  recordedResult,
  recordingTest,
} from "../support/wandb-recording.ts";

/** Pairs, because the type of a key counts, to what the classes take. */
function labelled(val: Record<string, unknown>): Record<string, unknown> {
  const pairs = val["class_labels"] as [number | string, string][] | undefined;
  return pairs === undefined ? { ...val } : { ...val, class_labels: new Map(pairs) };
}

/** `{ $float: x }` is a number that JSON cannot keep. */
function unfloat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unfloat);
  if (typeof value !== "object" || value === null) return value;
  if ("$float" in value) return Number(value.$float);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unfloat(entry)]));
}

/** An integral float is no different from an integer in JavaScript, so a case that hangs on that cannot be had. */
function hangsOnFloat(value: unknown): boolean {
  return /"class_id":\{"\$float":-?\d/.test(JSON.stringify(value));
}

describe("strict checks against recorded results", () => {
  recordingTest("box sets are accepted, refused and labelled as recorded", () => {
    let compared = 0;
    for (const recorded of recordedCases("boxes")) {
      for (const generation of GENERATIONS) {
        const result = recordedResult(recorded, generation);
        if (result === undefined) continue;
        const call = recordedCall(recorded, generation);
        const name = `${recorded.id} ${generation}`;
        onlyKeys(call, ["do", "key", "val"], name);
        expect(call.do, name).toBe("boxes");
        onlyKeys(call.val, ["box_data", "class_labels"], name);
        if (hangsOnFloat(call.val)) continue;
        const make = () =>
          new BoundingBoxes2D(labelled(unfloat(call.val) as never) as never, call.key, { strict: true });
        if (result.error) expect(make, name).toThrow(ImageError);
        else {
          const boxes = make();
          expect([...boxes.classLabels], name).toEqual(result.class_labels);
          expect(boxes.boxData, name).toEqual(unfloat(call.val.box_data));
        }
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  recordingTest("masks from data have the recorded pixels and labels", () => {
    let compared = 0;
    for (const recorded of recordedCases("mask")) {
      for (const generation of GENERATIONS) {
        const result = recordedResult(recorded, generation);
        if (result === undefined) continue;
        const call = recordedCall(recorded, generation);
        const name = `${recorded.id} ${generation}`;
        onlyKeys(call, ["do", "key", "val"], name);
        expect(call.do, name).toBe("mask");
        onlyKeys(call.val, ["mask_data", "path", "class_labels"], name);
        const val = labelled(call.val);
        if (val["mask_data"] !== undefined) {
          onlyKeys(val["mask_data"] as object, ["array"], name);
          val["mask_data"] = recordedArray(call.val.mask_data.array, recorded);
        }
        const make = () => new ImageMask(val as never, call.key, { strict: true });
        if (result.error) expect(make, name).toThrow(ImageError);
        else {
          const mask = make();
          expect([mask.width, mask.height], name).toEqual([result.width, result.height]);
          expect([...mask.data].slice(0, 16), name).toEqual((result.bytes ?? result.first16).slice(0, 16));
          if (result.bytes) expect([...mask.data], name).toEqual(result.bytes);
          expect([...mask.classLabels], name).toEqual(result.class_labels);
        }
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
