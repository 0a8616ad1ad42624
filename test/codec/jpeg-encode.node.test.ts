import { describe, expect } from "vitest";
import { encodeJpeg, type JpegOptions } from "../../src/codec/jpeg-encode.ts";
import { Frame } from "../../src/core/frame.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { random, randomInt } from "../support/random.ts";
import { sharedPath, sharedTest } from "../support/shared.ts";

/** Encodes what it is given on standard input, or the files named, with libjpeg-turbo; every answer with its length. */
const SCRIPT = `
import io, json, struct, sys
from PIL import Image, ImageFile
ImageFile.MAXBLOCK = 1 << 26
jobs = json.loads(sys.argv[1])
for job in jobs:
    if "path" in job:
        picture = Image.open(job["path"]).convert("RGB")
        pixels = picture.tobytes()
        sys.stdout.buffer.write(struct.pack("<III", picture.width, picture.height, len(pixels)) + pixels)
    else:
        size = job["width"] * job["height"] * len(job["mode"])
        picture = Image.frombytes(job["mode"], (job["width"], job["height"]), sys.stdin.buffer.read(size))
    for options in job["options"]:
        out = io.BytesIO()
        sampling = {} if picture.mode == "L" else {"subsampling": options["subsampling"]}
        picture.save(out, "JPEG", quality=options["quality"], optimize=options["optimize"], **sampling)
        data = out.getvalue()
        sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
`;

/** Reads what the script answers. */
class Answers {
  #at = 0;
  readonly #view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  number(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }
  data(): Uint8Array {
    const length = this.number();
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }
}

function sameFile(actual: Uint8Array, expected: Uint8Array): boolean {
  return Buffer.compare(actual, expected) === 0;
}

type FullOptions = Required<Omit<JpegOptions, "grayscale">>;
const SAMPLINGS = ["4:2:0", "4:2:2", "4:4:4"] as const;

describe("files of encodeJpeg", () => {
  pythonTest("equal libjpeg-turbo's byte for byte: every quality, many sizes, all samplings", () => {
    const next = random(11);
    const sides = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 127, 255, 256, 257, 300];
    const jobs = Array.from({ length: 120 }, (_, i) => {
      const width = sides[randomInt(next, 0, sides.length - 1)]!;
      const height = sides[randomInt(next, 0, sides.length - 1)]!;
      const mode = i % 5 === 0 ? "L" : "RGB";
      const kind = randomInt(next, 0, 2);
      const data = Uint8Array.from({ length: width * height * mode.length }, (_, k) => {
        if (kind === 0) return randomInt(next, 0, 255);
        if (kind === 1) return next() < 0.5 ? 0 : 255;
        return (Math.floor(k / mode.length) * 3 + (k % mode.length) * 40 + randomInt(next, 0, 12)) & 255;
      });
      const options: FullOptions[] = [1 + (i % 100), randomInt(next, 70, 100)].map((quality, k) => ({
        quality,
        subsampling: SAMPLINGS[randomInt(next, 0, 2)]!,
        optimize: k === 1,
      }));
      return { width, height, mode, data, options };
    });
    const plain = jobs.map(({ data: _, ...job }) => job);
    const answers = new Answers(
      runPython(SCRIPT, [JSON.stringify(plain)], Buffer.concat(jobs.map(({ data }) => data))),
    );
    const wrong: string[] = [];
    for (const { width, height, mode, data, options } of jobs)
      for (const one of options) {
        const shape = mode === "L" ? [height, width] : [height, width, 3];
        if (!sameFile(encodeJpeg({ data, shape }, one), answers.data()))
          wrong.push(`${width} x ${height} ${mode} ${JSON.stringify(one)}`);
      }
    expect(wrong).toEqual([]);
  });

  sharedTest.skipIf(!process.env["LIMN_PYTHON"])("equal libjpeg-turbo's byte for byte on photos", () => {
    const names = ["misc/truck.jpg", "misc/kodim23.png", "misc/chelsea.png", "coco/000000000030.jpg"];
    const options: FullOptions[] = SAMPLINGS.flatMap((subsampling) => [
      { subsampling, quality: 85, optimize: false },
      { subsampling, quality: 97, optimize: true },
      { subsampling, quality: 30, optimize: false },
    ]);
    const jobs = names.map((name) => ({ path: sharedPath(`data/photos/${name}`), options }));
    const answers = new Answers(runPython(SCRIPT, [JSON.stringify(jobs)]));
    const wrong: string[] = [];
    for (const name of names) {
      const [width, height] = [answers.number(), answers.number()];
      const rgb = answers.data();
      const rgba = new Uint8Array(width * height * 4);
      for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
      using frame = Frame.fromRgba(rgba, width, height);
      for (const one of options)
        if (!sameFile(encodeJpeg(frame, one), answers.data())) wrong.push(`${name} ${JSON.stringify(one)}`);
    }
    expect(wrong).toEqual([]);
  });
});
