/** The decoder against libjpeg-turbo (through Pillow), real odd files, and real broken ones. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeJpeg } from "../../src/codec/jpeg-decode.ts";
import { core } from "../../src/core/wasm.ts";
import { ImageError } from "../../src/errors.ts";
import { jpegCase } from "../support/jpeg-cases.ts";
import { joinParts, pythonTest, READ_PARTS, runPython, splitParts } from "../support/python.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

/** Pixels of each JPEG as Pillow decodes it: a part with the mode, one with the bytes; "refused" when it does not. */
const DECODE_ALL = `${READ_PARTS}
import io
from PIL import Image
for part in parts():
    try:
        image = Image.open(io.BytesIO(part))
        image.load()
        write_part(image.mode.encode())
        write_part(image.tobytes())
    except OSError as error:
        write_part(b"refused")
        write_part(str(error).encode())
`;

/** Pixels of each file as RGB. */
const DECODE_RGB = `${READ_PARTS}
import io
from PIL import Image
for part in parts():
    image = Image.open(io.BytesIO(part))
    if image.mode.startswith("I"): image = image.point(lambda level: level / 257).convert("L") # 16 bits
    write_part(image.convert("RGB").tobytes())
`;

/** JPEGs written by Pillow: name, then file. */
const ENCODE_MANY = `${READ_PARTS}
import io
import numpy as np
from PIL import Image
state = np.random.RandomState(5)
def picture(kind, width, height):
    if kind == 0: return state.randint(0, 256, (height, width, 3)).astype(np.uint8)
    if kind == 1: return (state.randint(0, 2, (height, width, 3)) * 255).astype(np.uint8)
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 7 + y, y * 5, 255 - x * 3 - y], -1).clip(0, 255).astype(np.uint8)
def write(name, image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    write_part((name + " " + repr(options)).encode())
    write_part(out.getvalue())
for quality in list(range(1, 100, 7)) + [95, 100]:
    for kind in range(3):
        width, height = state.randint(1, 37, 2)
        name = f"{width} x {height} kind {kind}"
        image = Image.fromarray(picture(kind, width, height))
        options = dict(quality=quality, optimize=bool(state.randint(2)), progressive=bool(state.randint(2)))
        for subsampling in range(3): write(name, image, subsampling=subsampling, **options)
        write(name + " grey", image.convert("L"), **options)
for side in range(1, 37):
    for subsampling in range(3):
        write(f"{side} x {37 - side}", Image.fromarray(picture(2, side, 37 - side)), quality=90, subsampling=subsampling)
`;

/** `test` where both the shared data and Python are present. */
const sharedPythonTest: typeof test = (sharedTest === test ? pythonTest : sharedTest) as typeof test;

/** Files of a shared folder and those below. */
function list(folder: string, pattern: RegExp): string[] {
  if (sharedTest !== test) return [];
  return readdirSync(sharedPath(folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Equal in native channels, and as RGBA where that is no more than alpha added; CMYK is compared native only. */
function expectPixels(bytes: Uint8Array, mode: string, expected: Uint8Array, name: string): void {
  const native = decodeJpeg(bytes, { as: "native" });
  expect(native.mode, name).toBe(mode);
  expect(Buffer.compare(native.data, expected), name).toBe(0);
  using frame = decodeJpeg(bytes);
  if (mode === "CMYK") return;
  expect(frame.mode, name).toBe(mode);
  const channels = mode === "L" ? 1 : 3;
  const rgba = frame.view();
  const wanted = new Uint8Array(rgba.length).fill(255);
  for (let i = 0, o = 0; i < expected.length; i += channels, o += 4) {
    wanted[o] = expected[i]!;
    wanted[o + 1] = expected[channels === 1 ? i : i + 1]!;
    wanted[o + 2] = expected[channels === 1 ? i : i + 2]!;
  }
  expect(Buffer.compare(rgba, wanted), name).toBe(0);
}

describe("decodeJpeg against libjpeg-turbo", () => {
  pythonTest("equals it on files that it wrote, quality 1 to 100, sides 1 to 36, noise and gradients", () => {
    const written = splitParts(runPython(ENCODE_MANY));
    const files = written.filter((_, i) => i % 2 === 1);
    const decoded = splitParts(runPython(DECODE_ALL, [], joinParts(files)));
    expect(files.length).toBeGreaterThan(250);
    files.forEach((file, i) => {
      const name = Buffer.from(written[2 * i]!).toString();
      expectPixels(file, Buffer.from(decoded[2 * i]!).toString(), decoded[2 * i + 1]!, name);
    });
  });

  pythonTest("equals it on seeded files of every sampling, scan script and code length", () => {
    // without an Adobe segment Pillow inverts inks all the same: those files are left out
    const cases = Array.from({ length: 400 }, (_, i) => jpegCase(1000 + i, true)).filter(
      ({ written }) => written.components.length !== 4 || written.adobe !== undefined,
    );
    const decoded = splitParts(runPython(DECODE_ALL, [], joinParts(cases.map(({ bytes }) => bytes))));
    let compared = 0;
    cases.forEach(({ name, bytes, written }, i) => {
      const mode = Buffer.from(decoded[2 * i]!).toString();
      if (mode === "refused") {
        // libjpeg keeps to the standard's ten blocks per MCU
        expect(
          written.components.reduce((sum, { h, v }) => sum + h * v, 0),
          name,
        ).toBeGreaterThan(10);
        return;
      }
      expectPixels(bytes, mode, decoded[2 * i + 1]!, name);
      compared++;
    });
    expect(compared).toBeGreaterThan(250);
  });
});

describe("decodeJpeg on real files", () => {
  const photos = list("data/photos", /\.jpe?g$/);

  sharedPythonTest("equals libjpeg-turbo on every photo, RGB and RGBA", { timeout: 120_000 }, () => {
    expect(photos.length).toBeGreaterThan(60);
    for (let first = 0; first < photos.length; first += 12) {
      const paths = photos.slice(first, first + 12);
      const files = paths.map(sharedBytes);
      const decoded = splitParts(runPython(DECODE_ALL, [], joinParts(files)));
      files.forEach((bytes, i) => {
        expectPixels(bytes, Buffer.from(decoded[2 * i]!).toString(), decoded[2 * i + 1]!, paths[i]!);
      });
    }
  });

  sharedPythonTest(
    "equals libjpeg-turbo on unusual files, and the pictures that came with them within 2 levels",
    () => {
      // neither a JPEG, nor the picture of the file of that name
      const notOurs = /jpg-size-6x6\.jpg$|monkey12|testimgari/;
      const strangers = /testorig\.png$/;
      // one scan ends early and another has codes that none may have: an error here, garbage there
      const brokenInside = /partial_progressive/;
      const paths = list("data/jpeg-odd", /\.jpg$/).filter((path) => !notOurs.test(path) && !brokenInside.test(path));
      const files = paths.map(sharedBytes);
      const decoded = splitParts(runPython(DECODE_ALL, [], joinParts(files)));
      const pngs = list("data/jpeg-odd", /\.png$/).filter((path) => !strangers.test(path));
      const references = splitParts(runPython(DECODE_RGB, [], joinParts(pngs.map(sharedBytes))));
      let compared = 0;
      files.forEach((bytes, i) => {
        const path = paths[i]!;
        expectPixels(bytes, Buffer.from(decoded[2 * i]!).toString(), decoded[2 * i + 1]!, path);
        const wanted = references[pngs.indexOf(path.replace(/jpg$/, "png"))];
        if (wanted === undefined) return;
        using frame = decodeJpeg(bytes);
        const rgba = frame.view();
        expect(wanted.length * 4, path).toBe(rgba.length * 3);
        let worst = 0;
        for (let k = 0, o = 0; k < wanted.length; k++, o += k % 3 ? 1 : 2)
          worst = Math.max(worst, Math.abs(wanted[k]! - rgba[o]!));
        expect(worst, path).toBeLessThanOrEqual(2);
        compared++;
      });
      expect(compared).toBeGreaterThan(25);
    },
  );

  sharedTest("names what it refuses", () => {
    const refusal = (path: string): string => {
      try {
        decodeJpeg(sharedBytes(path)).free();
        return "decoded";
      } catch (error) {
        return `${(error as ImageError).code}: ${(error as ImageError).message}`;
      }
    };
    expect(refusal("data/jpeg-odd/libjpeg-turbo/monkey12.jpg")).toBe(
      "UNSUPPORTED: expected a JPEG of 8 bits per sample, got 12",
    );
    expect(refusal("data/jpeg-odd/libjpeg-turbo/testimgari.jpg")).toBe(
      "UNSUPPORTED: expected a baseline or progressive JPEG, got an arithmetic-coded one",
    );
    expect(refusal("data/bad/jpeg-decoder/invalid-prediction-shift.jpg")).toBe(
      "UNSUPPORTED: expected a baseline or progressive JPEG, got a lossless one",
    );
    expect(refusal("data/bad/jpeg-decoder/max_size.jpg")).toMatch(/^LIMIT: expected width of at most/);
    expect(refusal("data/jpeg-odd/jpeg-decoder/partial_progressive.jpg")).toMatch(/^DECODE: expected image data/);
  });

  sharedTest(
    "gives a picture or a named error for every broken file, within 2 seconds, and leaves no memory behind",
    () => {
      const files = list("data/bad", /\.jpe?g$/);
      expect(files.length).toBeGreaterThan(100);
      for (const path of files) {
        const bytes = sharedBytes(path);
        for (const partial of [false, true]) {
          const start = performance.now();
          try {
            decodeJpeg(bytes, { partial }).free();
          } catch (error) {
            if (!(error instanceof ImageError)) throw error;
            expect(["DECODE", "UNSUPPORTED", "LIMIT"], `${path}: ${error.message}`).toContain(error.code);
          }
          expect(performance.now() - start, path).toBeLessThan(2000);
          expect(core().heap.blocks, path).toBe(0);
        }
      }
    },
  );
});
