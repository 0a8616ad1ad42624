import { describe, expect } from "vitest";
import { decodeImage } from "../../src/codec/image.ts";
import { runPython } from "../support/python.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

/** RGBA of a photo, turned as its EXIF orientation says: width, height, bytes. */
const SCRIPT = `
import struct, sys
from PIL import Image, ImageOps
picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGBA")
sys.stdout.buffer.write(struct.pack("<II", *picture.size) + picture.tobytes())
`;

const TURNED = [
  ["exif_Landscape_3.jpg", 600, 450],
  ["exif_Landscape_6.jpg", 600, 450],
  ["exif_Landscape_8.jpg", 600, 450],
  ["portrait-orientation-6.jpg", 840, 700],
] as const;

describe("decodeImage on photos with an orientation", () => {
  for (const [name, width, height] of TURNED) {
    sharedTest(`turns ${name}, and leaves it for a record of its stored size`, () => {
      const bytes = sharedBytes(`data/photos/misc/${name}`);
      using applied = decodeImage(bytes);
      using stored = decodeImage(bytes, { orientation: "ignore" });
      const { width: w, height: h } = stored;
      using forRecord = decodeImage(bytes, { expect: { width: w, height: h } });
      expect([applied.width, applied.height]).toEqual([width, height]);
      expect([forRecord.width, forRecord.height]).toEqual([w, h]);
    });

    sharedTest.skipIf(!process.env["LIMN_PYTHON"])(`gives ${name} the pixels that Pillow gives it`, () => {
      const path = `data/photos/misc/${name}`;
      const answer = runPython(SCRIPT, [sharedPath(path)]);
      const view = new DataView(answer.buffer, answer.byteOffset);
      using frame = decodeImage(sharedBytes(path));
      expect([frame.width, frame.height]).toEqual([view.getUint32(0, true), view.getUint32(4, true)]);
      expect(Buffer.compare(frame.view(), answer.subarray(8))).toBe(0);
    });
  }
});
