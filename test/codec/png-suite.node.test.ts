import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodePng } from "../../src/codec/png-decode.ts";
import { decodePngSlowly } from "../reference/png.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { difference, SAME } from "../support/reference-images.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

function pngFiles(folder: string): string[] {
  return readdirSync(sharedPath(folder))
    .filter((name) => name.endsWith(".png"))
    .map((name) => `${folder}/${name}`);
}

/** Needs the files and Python. */
const oracleTest = sharedTest === test ? pythonTest : sharedTest;

describe("decodePng on real files", () => {
  sharedTest.each([
    ["data/png-suite/pngsuite", 161],
    ["data/png-suite/libpng_testpngs", 106],
    ["data/photos/misc", 11],
  ])("equals the reference on all valid files of %s", (folder, count) => {
    const files = pngFiles(folder);
    expect(files).toHaveLength(count);
    for (const file of files) {
      const bytes = sharedBytes(file);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (view.getUint32(16) * view.getUint32(20) > 140_000) continue; // the slow twin takes seconds; Pillow has them below
      const expected = decodePngSlowly(bytes);
      using frame = decodePng(bytes);
      expect([file, frame.width, frame.height]).toEqual([file, expected.width, expected.height]);
      expect([file, difference(frame.view(), expected.rgba)]).toEqual([file, SAME]);
      expect([file, difference(decodePng(bytes, { as: "native" }).data, expected.samples)]).toEqual([file, SAME]);
    }
  });

  sharedTest("gives DECODE for prefixes of all valid files", () => {
    for (const file of ["data/png-suite/pngsuite", "data/png-suite/libpng_testpngs"].flatMap(pngFiles)) {
      const bytes = sharedBytes(file);
      for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 23))
        expect(() => decodePng(bytes.subarray(0, length)), `${file}, ${length} bytes`).toThrow(
          expect.objectContaining({ code: "DECODE" }),
        );
      expect(() => decodePng(bytes.subarray(0, -1)), file).toThrow(expect.objectContaining({ code: "DECODE" }));
    }
  });

  // Pillow reduces 16 bits its own way, and compares the transparent grey of fewer than 8 bits unscaled
  oracleTest("equals Pillow on all files of up to 8 bits", () => {
    const files = ["data/png-suite/pngsuite", "data/png-suite/libpng_testpngs", "data/photos/misc"]
      .flatMap(pngFiles)
      .filter((file) => {
        const bytes = sharedBytes(file);
        return bytes[24]! <= 8 && !(bytes[25] === 0 && bytes[24]! < 8 && Buffer.from(bytes).includes("tRNS"));
      });
    const script = `
import sys, hashlib
from PIL import Image
for path in sys.argv[1:]:
    print(hashlib.sha256(Image.open(path).convert("RGBA").tobytes()).hexdigest())
`;
    const hashes = new TextDecoder()
      .decode(runPython(script, files.map(sharedPath)))
      .trim()
      .split("\n");
    const unequal = files.filter((file, i) => {
      using frame = decodePng(sharedBytes(file));
      return createHash("sha256").update(frame.view()).digest("hex") !== hashes[i];
    });
    expect(files.length).toBeGreaterThan(190);
    expect(unequal).toEqual([]);
  });
});
