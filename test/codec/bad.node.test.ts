import { readdirSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type Decoder, DecodeProcess, LIBRARY, type Outcome } from "../support/in-child.ts";
import { sharedBytes, sharedPath, sharedTest } from "../support/shared.ts";

const LIMIT_MS = 2000;
const LIMIT_BYTES = 512 * 2 ** 20;

const DECODE_IMAGE: Decoder = { module: LIBRARY, name: "decodeImage" };

/** Folder and number of files. */
const FOLDERS: readonly (readonly [folder: string, files: number])[] = [
  ["bmp", 7],
  ["exifr", 4],
  ["image-png", 15],
  ["jpeg-decoder", 106],
  ["libpng", 32],
  ["libspng", 4],
  ["png-fuzz", 152],
  ["pngsuite_x", 14],
  ["scikit-image", 1],
  ["sharp", 4],
];

describe("the guard", () => {
  const child = new DecodeProcess();
  const decoder = (body: string): Decoder => ({
    module: `data:text/javascript,export function decode(bytes) { ${body} }`,
    name: "decode",
  });
  afterAll(() => child.close());

  test("reports a hang in time, and goes on", async () => {
    expect(await child.run(decoder("for (;;);"), new Uint8Array(1), 300)).toEqual({ kind: "hang" });
    const picture = decoder("return { width: bytes.length, height: bytes[0] }");
    expect(await child.run(picture, Uint8Array.of(7, 8), 2000)).toEqual({ kind: "picture", width: 2, height: 7 });
  });

  test("reports an exception that is not an ImageError, the end of the process, and memory that was touched", async () => {
    const run = async (body: string): Promise<string> => (await child.run(decoder(body), new Uint8Array(1), 5000)).kind;
    expect(await run("throw new TypeError('x')")).toBe("crash");
    expect(await run("throw Object.assign(new Error('x'), { name: 'ImageError', code: 'DECODE' })")).toBe("error");
    expect(await run("process.exit(3)")).toBe("crash");
    const before = child.peakBytes;
    expect(await run("return new Uint8Array(2e8).fill(1)")).toBe("picture");
    expect(child.peakBytes - before).toBeGreaterThan(1e8);
  });
});

describe("hostile files", () => {
  const child = new DecodeProcess();
  afterAll(() => child.close());

  sharedTest.each(FOLDERS)(
    "each file of %s gives a picture or an ImageError, in 2 s and 512 MB",
    async (folder, count) => {
      const names = readdirSync(sharedPath(`data/bad/${folder}`), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`);
      expect(names).toHaveLength(count);
      const outcomes = new Map<string, Outcome>();
      for (const name of names) {
        const bytes = sharedBytes(name);
        const outcome = await child.run(DECODE_IMAGE, bytes, LIMIT_MS);
        outcomes.set(name, outcome);
        expect([name, child.peakBytes < LIMIT_BYTES]).toEqual([name, true]);
      }
      const wrong = [...outcomes].filter(([, { kind }]) => kind !== "picture" && kind !== "error");
      expect(wrong).toEqual([]);
      const internal = [...outcomes].filter(([, outcome]) => outcome.kind === "error" && outcome.code === "INTERNAL");
      expect(internal).toEqual([]);
      // made to be refused, one rule each
      if (folder === "pngsuite_x")
        for (const [name, outcome] of outcomes)
          expect([name, outcome]).toEqual([name, expect.objectContaining({ code: "DECODE" })]);
    },
    60_000,
  );
});
