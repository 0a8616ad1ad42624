/** Archives are the same bytes in Node and in pages. */
import { expect, test } from "vitest";
import { type DrawnPicture, type PictureArchive, TarArchive, ZipArchive } from "../../src/batch/index.ts";

/** Files of bytes that no encoder decides about. */
const pictures: readonly DrawnPicture[] = Array.from({ length: 7 }, (_, i) => ({
  name: `${i % 2}/ü ${i}.png`,
  bytes: Uint8Array.from({ length: 1000 * i }, (_, k) => (i * k) % 251),
  width: 20,
  height: 15,
  scene: {
    fileName: `${i}.jpg`,
    imageId: i,
    caption: `picture ${i}`,
    annotations: [{ box: { x: 2, y: 2, width: 9, height: 9 }, category: "thing", score: 0.5 }],
  },
  style: undefined,
}));

async function digestOf(open: (write: (bytes: Uint8Array<ArrayBuffer>) => void) => PictureArchive): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const archive = open((bytes) => void parts.push(bytes));
  for (const picture of pictures) await archive.add(picture);
  await archive.finish();
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// written down once, so that every platform is compared with all others
test("a ZIP archive and tar shards have the bytes that they have everywhere", async () => {
  expect(await digestOf((write) => new ZipArchive({ write }))).toBe("0312538b699de8fe");
  expect(await digestOf((write) => new TarArchive(() => ({ write }), { pictures: 3 }))).toBe("13b198ebf1f2f715");
});
