/**
 * Class maps as palette PNG, from an array of ids to the bytes of a file, beside Pillow 9.4 (level 6, mode P), which
 * measures itself, and sharp, which can only write grey from raw ids.
 */
import { strict as assert } from "node:assert";
import { decodePng } from "../build/js/codec/png-decode.js";
import { encodeClassMap } from "../build/js/codec/png-encode.js";
import { atMost, compare } from "./harness.mjs";
import { denseLabels, seeded, sharedFiles, SIZES, sparseLabels } from "./inputs.mjs";
import { pillow, rawFile, sharp } from "./peers/peers.mjs";
import { pillowSize } from "./peers/yardstick.mjs";
import { encodeClassMapJs } from "./twins/class-map.mjs";

const next = seeded(4);
const palette = Uint8Array.from({ length: 768 }, () => next() * 256);
const sets = SIZES.flatMap(([width, height]) => [
  ["masks as classes", width, height, [sparseLabels(width, height)]],
  ["every pixel labelled", width, height, [denseLabels(width, height)]],
]);
const real = semantic();
if (real.length) sets.push([`${real.length} real class maps`, 640, 480, real]);

for (const [name, width, height, maps] of sets) {
  const files = pillow ? maps.map((map) => rawFile(map)) : [];
  const sizes = [];
  for (const map of maps) sizes.push(await pillowSize(`class map, ${name}`, map, width, height, "P", [...palette]));
  const check = (out) => {
    out.forEach((file, i) => {
      const { data, mode } = decodePng(new Uint8Array(file), { as: "native" });
      const same = mode === "P" ? Buffer.compare(data, maps[i]) === 0 : colours(data, maps[i]);
      assert.ok(same, "other pixels");
    });
    return `${(out.reduce((sum, { length }) => sum + length, 0) / out.length / 1000).toFixed(2)} kB`;
  };
  const job = { job: "png_encode", width, height, mode: "P", palette: [...palette] };
  const ours = () => maps.map((map) => encodeClassMap(map, width, height, { palette }));
  const variants = [
    { name: "limn", run: ours, check },
    { name: "plain JS twin", run: () => maps.map((map) => encodeClassMapJs(map, width, height, palette)), check },
  ];
  if (pillow)
    variants.push({
      name: pillow.name,
      floor: 8,
      measure: async () => (await pillow.call({ ...job, paths: files })).ms,
    });
  if (sharp)
    variants.push({
      name: `${sharp.name}, grey`,
      run: () =>
        Promise.all(
          maps.map((map) =>
            sharp
              .module(map, { raw: { width, height, channels: 1 } })
              .png()
              .toBuffer(),
          ),
        ),
    });
  await compare(`class map PNG, ${name}, ${width} x ${height}`, variants, { pixels: width * height * maps.length });
  if (!sizes.includes(undefined)) {
    const sum = (list) => list.reduce((total, value) => total + value, 0);
    const ratio = sum(ours().map(({ length }) => length)) / sum(sizes);
    atMost(`class map size, ${name}, ${width} x ${height}`, "Pillow 9.4, level 6", ratio, 1.2);
  }
}

function colours(rgb, map) {
  return map.every((id, i) => [0, 1, 2].every((c) => rgb[i * 3 + c] === palette[id * 3 + c]));
}

/** The class maps of the shared data that are 640 x 480. */
function semantic() {
  return sharedFiles("coco/semantic_png", ".png").flatMap(({ bytes }) => {
    const { data, shape } = decodePng(bytes, { as: "native" });
    return shape[0] === 480 && shape[1] === 640 && data.length === 640 * 480 ? [new Uint8Array(data)] : [];
  });
}
