import { afterAll, describe, expect, test } from "vitest";
import { Frame } from "../../src/core/frame.ts";
import { MaskSet } from "../../src/core/masks.ts";
import { coreModule, useModule } from "../../src/core/wasm.ts";
import { stampDots } from "../reference/mask-dots.ts";
import { VARIANTS, variantModule } from "../support/cores.ts";
import { random, randomInt } from "../support/random.ts";

describe.each(VARIANTS)("dots along rims (%s)", (variant) => {
  afterAll(() => useModule(coreModule()));

  test.each([0, 127])("equal the reference at widths around words and vectors (bias %i)", (bias) => {
    useModule(variantModule(variant));
    const next = random(11);
    for (const width of [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 200])
      for (const opaque of [true, false]) {
        const height = randomInt(next, 1, 20);
        const density = [0.5, 0.97, 1][randomInt(next, 0, 2)]!;
        const data = Uint8Array.from({ length: width * height }, () => (next() < density ? 1 : 0));
        const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
          i % 4 === 3 && opaque ? 255 : randomInt(next, 0, 255),
        );
        const paint = { color: randomInt(next, 0, 0xffffff), alpha: next() < 0.5 ? 255 : randomInt(next, 1, 255) };
        using frame = Frame.fromRgba(pixels, width, height);
        using set = MaskSet.from([{ kind: "mask", data, width, height }], width, height);
        set.paint(frame, [{ index: 0, color: 0, alpha: 0, dots: paint }], bias);
        stampDots(pixels, data, width, height, { ...paint, bias });
        expect(frame.toRgba(), `${width} x ${height}`).toEqual(pixels);
      }
  });
});
