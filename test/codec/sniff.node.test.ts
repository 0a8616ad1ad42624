import { readdirSync } from "node:fs";
import { describe, expect } from "vitest";
import { sniff } from "../../src/codec/sniff.ts";
import { runPython } from "../support/python.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

/** Type, size and EXIF orientation of the files named in the first argument. */
const SCRIPT = `
import json, sys
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
out = []
for path in json.loads(sys.argv[1]):
    try:
        with Image.open(path) as picture:
            orientation = picture.getexif().get(0x112)
            out.append([picture.format.lower(), picture.width, picture.height, orientation])
    except Exception:
        out.append(None)
print(json.dumps(out))
`;

const pictures = (folder: string): string[] =>
  readdirSync(sharedPath(folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(jpe?g|png|bmp|gif|webp|tiff?|avif)$/i.test(name))
    .map((name) => `${folder}/${name}`);

describe("sniff on files", () => {
  sharedTest.skipIf(!process.env["LIMN_PYTHON"])("finds what Pillow finds in every picture", () => {
    const names = pictures("data").filter((name) => !name.startsWith("data/bad/"));
    expect(names.length).toBeGreaterThan(300);
    const found = JSON.parse(
      new TextDecoder().decode(runPython(SCRIPT, [JSON.stringify(names.map((name) => sharedPath(name)))])),
    ) as ([string, number, number, number | null] | null)[];
    const wrong: unknown[] = [];
    names.forEach((name, i) => {
      const theirs = found[i];
      if (!theirs) return; // the 12-bit JPEG
      const ours = sniff(sharedBytes(name));
      // 0 is no orientation; 1 says nothing, and Pillow also takes it from XMP
      const turn = (value: number | null | undefined): number => (value && value > 1 ? value : 1);
      const expected = [theirs[0] === "mpo" ? "jpeg" : theirs[0], theirs[1], theirs[2], turn(theirs[3])];
      const got = [ours?.type, ours?.width, ours?.height, turn(ours?.orientation)];
      if (JSON.stringify(got) !== JSON.stringify(expected)) wrong.push([name, got, expected]);
    });
    expect(wrong).toEqual([]);
    expect(found.filter((entry) => entry === null).length).toBeLessThanOrEqual(1);
  });

  sharedTest("knows the turned photos", () => {
    expect(sniff(sharedBytes("data/photos/misc/exif_Landscape_6.jpg"))).toEqual({
      type: "jpeg",
      width: 450,
      height: 600,
      orientation: 6,
    });
    expect(sniff(sharedBytes("data/photos/misc/portrait-orientation-6.jpg"))?.orientation).toBe(6);
  });

  sharedTest("comes back from every bad file, quickly, with a size or nothing", () => {
    const names = readdirSync(sharedPath("data/bad"), { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.\w+$/.test(name),
    );
    expect(names.length).toBeGreaterThan(300);
    for (const name of names) {
      const bytes = sharedBytes(`data/bad/${name}`);
      const start = performance.now();
      const found = sniff(bytes);
      expect(performance.now() - start, name).toBeLessThan(500);
      if (found) expect(found.width > 0 && found.height > 0, name).toBe(true);
    }
  });

  sharedTest("finds the size of the photos with broken EXIF, and no orientation out of nowhere", () => {
    for (const name of readdirSync(sharedPath("data/bad/exifr"))) {
      const found = sniff(sharedBytes(`data/bad/exifr/${name}`));
      expect(found, name).toBeDefined();
      expect([undefined, 1, 2, 3, 4, 5, 6, 7, 8], name).toContain(found!.orientation);
    }
  });
});
