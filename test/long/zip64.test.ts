import { expect, test } from "vitest";
import { openZip } from "../../src/format/index.ts";
import { ZipWriter } from "../../src/format/zip-write.ts";

test("an archive of more than 4 GB is read back, before and behind that border", async () => {
  const writer = new ZipWriter();
  const large = new Uint8Array(2 ** 26);
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < 66; i++) pieces.push(...writer.add(`${i}.png`, large));
  pieces.push(...writer.add("last.txt", "behind the border"), ...writer.end());
  const begins: number[] = [];
  let size = 0;
  for (const { length } of pieces) {
    begins.push(size);
    size += length;
  }
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    for (const [i, piece] of pieces.entries()) {
      const from = Math.max(offset, begins[i]!);
      const to = Math.min(offset + bytes.length, begins[i]! + piece.length);
      if (from < to) bytes.set(piece.subarray(from - begins[i]!, to - begins[i]!), from - offset);
    }
    return bytes;
  };
  const tree = await openZip({ size, read });
  expect(size).toBeGreaterThan(2 ** 32);
  expect((await tree.list()).length).toBe(67);
  expect(new TextDecoder().decode(await tree.read("last.txt"))).toBe("behind the border");
  expect((await tree.read("65.png")).length).toBe(2 ** 26);
});
