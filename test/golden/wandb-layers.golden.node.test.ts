import { createHash } from "node:crypto";
import { describe, expect } from "vitest";
import { decodePng } from "../../src/codec/png-decode.ts";
import { BoundingBoxes2D } from "../../src/media/bounding-boxes.ts";
import { ImageMask } from "../../src/media/image-mask.ts";
import { pythonJson } from "../../src/log/python-json.ts";
import { looseJson } from "../support/own-bytes.ts";
import { expectFailure, labelled, unfloat } from "../support/wandb-calls.ts";
import {
  GENERATIONS,
  onlyKeys,
  recordedArray,
  recordedCall,
  recordedCases,
  recordedResult,
  recordingTest,
} from "../support/wandb-recording.ts";

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
        if (result.error) expectFailure(make, result.error, name);
        else {
          const boxes = make();
          expect([...boxes.classLabels], name).toEqual(result.class_labels);
          expect(boxes.boxData, name).toEqual(unfloat(call.val.box_data));
          const text = pythonJson(boxes.toDictionary());
          expect(JSON.stringify(looseJson(text)), name).toBe(JSON.stringify(looseJson(result.file)));
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
        if (result.error) expectFailure(make, result.error, name);
        else {
          const mask = make();
          expect([mask.width, mask.height], name).toEqual([result.width, result.height]);
          expect([...mask.data].slice(0, 16), name).toEqual((result.bytes ?? result.first16).slice(0, 16));
          if (result.bytes) expect([...mask.data], name).toEqual(result.bytes);
          expect([...mask.classLabels], name).toEqual(result.class_labels);
          const { data } = decodePng(mask.toFile(), { as: "native" });
          expect(createHash("sha256").update(data).digest("hex"), name).toBe(result.sha256);
        }
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
