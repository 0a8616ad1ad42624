// Heat maps stretched over a frame that is in wasm memory already, and one picture blended over another.
import { strict as assert } from "node:assert";
import { blendFrame } from "../build/js/core/blend.js";
import { Frame } from "../build/js/core/frame.js";
import { paintHeatGrid } from "../build/js/core/heat-map.js";
import { compare } from "./harness.mjs";
import { photos, seeded, SIZES } from "./inputs.mjs";
import * as blend from "./twins/blend-rgba.mjs";
import * as twin from "./twins/heat-map.mjs";

const next = seeded(21);
const table = Uint8Array.from({ length: 1024 }, (_, i) => (i < 4 ? 0 : i % 4 === 3 ? 150 : next() * 256));

for (const [w, h] of SIZES)
  for (const [gw, gh] of [
    [16, 12],
    [256, 144],
  ]) {
    const { rgba } = photos(w, h, 1)[0];
    const values = Int16Array.from({ length: gw * gh }, () => Math.floor(next() * 32513));
    const frame = Frame.fromRgba(rgba, w, h, "RGB");
    const theirs = rgba.slice();
    twin.paintHeatGrid(theirs, w, h, values, gw, gh, table);
    await compare(
      `heat map of ${gw} x ${gh} over ${w} x ${h}`,
      [
        {
          name: "limn",
          run: () => paintHeatGrid(frame, { values, width: gw, height: gh }, table),
          check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
        },
        {
          name: "plain JS twin",
          run: () => twin.paintHeatGrid(theirs, w, h, values, gw, gh, table),
          floor: 5,
        },
      ],
      { pixels: w * h },
    );
    frame.free();
  }

for (const [w, h] of SIZES)
  for (const [name, alphaOf] of [
    [
      "a soft disc",
      (x, y) => Math.max(0, Math.min(255, Math.round((0.5 - Math.hypot(x / w - 0.5, y / h - 0.5)) * 4000))),
    ],
    ["noise of any alpha", () => Math.floor(next() * 256)],
  ]) {
    const [{ rgba }, { rgba: over }] = photos(w, h, 2);
    const picture = over.map((value, i) => (i % 4 === 3 ? alphaOf((i >> 2) % w, Math.floor((i >> 2) / w)) : value));
    const frame = Frame.fromRgba(rgba, w, h, "RGB");
    const top = Frame.fromRgba(picture, w, h);
    const theirs = rgba.slice();
    blend.blendRgba(theirs, picture);
    await compare(
      `picture over picture ${w} x ${h}, ${name}`,
      [
        {
          name: "limn",
          run: () => blendFrame(frame, top, 0, 0),
          check: () => assert.ok(Buffer.compare(frame.toRgba(), theirs) === 0, "other pixels"),
        },
        { name: "plain JS twin", run: () => blend.blendRgba(theirs, picture), floor: 5 },
      ],
      { pixels: w * h },
    );
    frame.free();
    top.free();
  }
