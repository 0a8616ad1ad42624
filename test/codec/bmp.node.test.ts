import { expect } from "vitest";
import { decodeBmp, encodeBmp } from "../../src/codec/bmp.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { random, randomInt } from "../support/random.ts";
import { difference, SAME } from "../support/reference-images.ts";

const WRITE = `
import sys, io
from PIL import Image
mode, w, h = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
out = io.BytesIO()
Image.frombytes(mode, (w, h), sys.stdin.buffer.read()).save(out, "BMP")
sys.stdout.buffer.write(out.getvalue())
`;
const READ = `
import sys
from PIL import Image
sys.stdout.buffer.write(Image.open(sys.stdin.buffer).convert("RGBA").tobytes())
`;

pythonTest.each([
  ["L", 1, 5, 3],
  ["RGB", 3, 7, 4],
  ["RGBA", 4, 6, 5],
] as const)(
  "a BMP of mode %s has the bytes that Pillow writes, and reads as Pillow reads it",
  (mode, channels, width, height) => {
    const next = random(channels);
    const data = Uint8Array.from({ length: width * height * channels }, () => randomInt(next, 0, 255));
    const theirs = runPython(WRITE, [mode, String(width), String(height)], data);
    expect(difference(encodeBmp({ data, shape: [height, width, channels] }), theirs)).toEqual(SAME);
    using frame = decodeBmp(theirs);
    expect(difference(frame.view(), runPython(READ, [], theirs))).toEqual(SAME);
  },
);
