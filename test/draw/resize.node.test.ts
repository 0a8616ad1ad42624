import { describe, expect } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { resize } from "../../src/draw/resize.ts";
import { joinParts, pythonTest, READ_PARTS, runPython, splitParts } from "../support/python.ts";
import { testFrame } from "../support/scenes.ts";

const PROGRAM = `${READ_PARTS}
import sys
from PIL import Image
width, height, mode, method = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
(pixels,) = parts()
picture = Image.frombytes("RGBA", (width, height), pixels).convert(mode)
for size in sys.argv[5:]:
    w, h = map(int, size.split("x"))
    small = picture.resize((w, h), getattr(Image, method))
    write_part(small.convert("RGBA").tobytes())
`;

function worstOf(frame: Frame, method: "area" | "lanczos3", sizes: readonly string[]): number[] {
  const pillow = method === "area" ? "BOX" : "LANCZOS";
  const mode = frame.opaque ? "RGB" : "RGBA";
  const out = runPython(
    PROGRAM,
    [String(frame.width), String(frame.height), mode, pillow, ...sizes],
    joinParts([frame.view()]),
  );
  return splitParts(out).map((theirs, i) => {
    const [width, height] = sizes[i]!.split("x").map(Number) as [number, number];
    using result = resize(frame, { width, height, method });
    const ours = result.view();
    let worst = 0;
    for (let j = 0; j < ours.length; j++) {
      // colours of what is hardly seen: Pillow keeps them in 8 bits
      if (!frame.opaque && j % 4 !== 3 && theirs[j | 3]! < 128) continue;
      worst = Math.max(worst, Math.abs(ours[j]! - theirs[j]!));
    }
    return worst;
  });
}

describe("Pillow agrees", () => {
  pythonTest("within one level on Lanczos, smaller and larger", () => {
    using frame = testFrame(319, 203, 4);
    for (const worst of worstOf(frame, "lanczos3", ["160x100", "100x203", "57x31", "401x260", "640x406", "1x1"]))
      expect(worst).toBeLessThanOrEqual(1);
  });

  pythonTest("within one level on means of whole pixels", () => {
    using frame = testFrame(360, 240, 4);
    for (const worst of worstOf(frame, "area", ["180x120", "120x80", "90x240", "36x24", "1x1"]))
      expect(worst).toBeLessThanOrEqual(1);
  });

  pythonTest("within four levels where alpha changes: it weighs in 8 bits", () => {
    using frame = testFrame(319, 203, 4, true);
    for (const worst of worstOf(frame, "lanczos3", ["160x100", "57x31", "401x260"]))
      expect(worst).toBeLessThanOrEqual(4);
  });
});
