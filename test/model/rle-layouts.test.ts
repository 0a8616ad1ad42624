import { describe, expect, test } from "vitest";
import { ImageError, type ImageErrorCode } from "../../src/errors.ts";
import * as rle from "../../src/model/rle.ts";
import { place, toRuns } from "../reference/rle.ts";
import { randomMask, randomSides } from "../support/mask.ts";
import { random, randomInt } from "../support/random.ts";

/** Rows of the mask as text. */
function rows({ data, width, height }: rle.Mask): string[] {
  return Array.from({ length: height }, (_, y) => data.slice(y * width, (y + 1) * width).join(""));
}

describe("rle.parse", () => {
  test.each<[name: string, source: string | number[], options: rle.ParseOptions, expected: string[]]>([
    ["coco text", "121", { layout: "coco", size: [2, 2] }, ["01", "10"]],
    ["a coco list", [1, 2, 1], { layout: "coco", size: [2, 2] }, ["01", "10"]],
    ["a coco list in a box", [0, 4], { layout: "coco", size: [3, 3], box: [1, 1, 2, 2] }, ["000", "011", "011"]],
    ["Instill text, down the columns", "1,2,3", { layout: "instill", size: [2, 3] }, ["010", "100"]],
    ["Instill text with blanks and signs", " 1 ,\t+2, -0,3", { layout: "instill", size: [2, 3] }, ["011", "111"]],
    ["Instill text that stops early after foreground", "1,2", { layout: "instill", size: [2, 3] }, ["010", "100"]],
    ["Instill text that stops early after background", "1,1,1", { layout: "instill", size: [2, 3] }, ["000", "100"]],
    ["Instill text of even length", "0,6", { layout: "instill", size: [2, 3] }, ["111", "111"]],
    [
      "Instill text of a box one pixel over the edge",
      "0,4",
      { layout: "instill", size: [3, 3], box: [2, 1, 2, 2] },
      ["000", "001", "001"],
    ],
    [
      "Instill text of a box of fractions, cut off toward 0",
      "0,4",
      { layout: "instill", size: [3, 3], box: [-0.9, 0.9, 2.9, 2.1] },
      ["110", "110", "000"],
    ],
    [
      "Instill text that is too long, leniently",
      "1,9,4",
      { layout: "instill", size: [2, 2], lenient: true },
      ["01", "11"],
    ],
    [
      "Instill text with a negative run, leniently",
      "1,-5,3",
      { layout: "instill", size: [2, 2], lenient: true },
      ["00", "00"],
    ],
    [
      "CVAT text, along the rows of its box",
      "1, 2, 1",
      { layout: "cvat", size: [3, 3], box: [1, 0, 2, 2] },
      ["001", "010", "000"],
    ],
    ["CVAT numbers of the whole picture", [1, 2, 3], { layout: "cvat", size: [2, 3] }, ["011", "000"]],
    ["Kaggle pairs, along the rows", "2 3", { layout: "kaggle", size: [2, 3] }, ["011", "100"]],
    ["Kaggle pairs, down the columns", "2 3", { layout: "kaggle", size: [2, 3], order: "column" }, ["010", "110"]],
    ["Kaggle pairs that touch", "1 1 2 1\n3 1", { layout: "kaggle", size: [2, 3], order: "column" }, ["110", "100"]],
    ["Kaggle's empty text", "", { layout: "kaggle", size: [1, 3] }, ["000"]],
  ])("reads %s", (_, source, options, expected) => {
    const list = rle.parse(source, { ...options, compressed: false });
    expect(rows(rle.decode(list))).toEqual(expected);
    // canonical: as if encoded from the pixels
    const mask = rle.decode(list);
    expect(list.counts).toEqual(toRuns(mask.data, mask.height, mask.width));
    expect(rle.parse(source, options)).toEqual(rle.encode(mask));
  });

  test.each<[source: string | number[], options: rle.ParseOptions, code: ImageErrorCode, message: RegExp]>([
    ["", { layout: "instill", size: [2, 2] }, "DECODE", /empty text/],
    ["abc", { layout: "instill", size: [2, 2] }, "DECODE", /"a" at character 0/],
    ["0,4.0", { layout: "instill", size: [2, 2] }, "DECODE", /"." at character 3/],
    ["0,4,", { layout: "instill", size: [2, 2] }, "DECODE", /end of the text at character 4/],
    ["0 4 5", { layout: "instill", size: [2, 2] }, "DECODE", /"4" at character 2/],
    ["0,5", { layout: "instill", size: [2, 2] }, "DECODE", /more at run 1/],
    ["1,-1,3", { layout: "instill", size: [2, 2] }, "DECODE", /negative one at character 2/],
    ["99999999999", { layout: "instill", size: [2, 2] }, "DECODE", /larger one at character 0/],
    ["1, é", { layout: "cvat", size: [2, 2] }, "DECODE", /"é" at character 3/],
    ["1, 2", { layout: "cvat", size: [2, 2] }, "DECODE", /fewer, ending at run 2/],
    ["1, 2", { layout: "cvat", size: [2, 2], box: [0, 0, 0, 2] }, "ARGUMENT", /box: expected width/],
    ["1, 2", { layout: "cvat", size: [2, 2], box: [0, NaN, 1, 2] }, "ARGUMENT", /box: expected \[left/],
    ["1 2 3", { layout: "kaggle", size: [2, 2] }, "DECODE", /pairs/],
    ["0 2", { layout: "kaggle", size: [2, 2] }, "DECODE", /1 or more, got 0 at number 0/],
    ["1 2 2 1", { layout: "kaggle", size: [2, 2] }, "DECODE", /3 or more, got 2 at number 2/],
    ["4 2", { layout: "kaggle", size: [2, 2] }, "DECODE", /inside 4 pixels, got length 2 at number 1/],
    [[1, 1.5], { layout: "kaggle", size: [2, 2] }, "DECODE", /1.5/],
    ["1 2", { layout: "kaggle", size: [2, 2], box: [0, 0, 1, 1] }, "ARGUMENT", /no box/],
    [[0, 0, 0], { layout: "label-studio", size: [2, 2] }, "DECODE", /32 more bits, got the end at bit 0/],
    [[0, 0, 0, 15, 0, 0, 0], { layout: "label-studio", size: [2, 2] }, "DECODE", /16 values for 2 x 2, got 15/],
    [[0, 0, 0, 16, 57, 27, 255, 0], { layout: "label-studio", size: [2, 2] }, "DECODE", /the end/],
    [[0, 0, 0, 256], { layout: "label-studio", size: [2, 2] }, "DECODE", /256 at number 3/],
    ["1", { layout: "png" as "coco", size: [2, 2] }, "ARGUMENT", /layout/],
    ["1", { layout: "coco", size: [2] as unknown as [number, number] }, "ARGUMENT", /size/],
  ])("refuses %j with %j", (source, options, code, message) => {
    let error: unknown;
    try {
      rle.parse(source, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ImageError);
    expect((error as ImageError).code).toBe(code);
    expect((error as ImageError).message).toMatch(message);
  });
});

describe("rle.format", () => {
  test("writes what parse reads, in every layout", () => {
    const next = random(31);
    for (let round = 0; round < 80; round++) {
      const [height, width] = randomSides(next);
      const mask = rle.encode({ data: randomMask(next, height, width), width, height });
      for (const layout of ["coco", "instill", "cvat", "kaggle", "label-studio"] as const) {
        const options = { layout, size: [height, width] as const };
        expect(rle.parse(rle.format(mask, { layout }), options)).toEqual(mask);
      }
      const column = { layout: "kaggle", order: "column" } as const;
      expect(rle.parse(rle.format(mask, column), { ...column, size: [height, width] })).toEqual(mask);
      // cropped to its tight box, nothing is lost; to another, what is outside
      const tight = rle.toBbox(mask);
      const left = randomInt(next, -5, width);
      const top = randomInt(next, -5, height);
      const some = [left, top, randomInt(next, 1, 40), randomInt(next, 1, 40)] as const;
      for (const layout of ["coco", "instill", "cvat"] as const) {
        const size = [height, width] as const;
        if (tight[2] > 0)
          expect(rle.parse(rle.format(mask, { layout, box: tight }), { layout, size, box: tight })).toEqual(mask);
        const cut = place(rle.decode(mask).data, height, width, -left, -top, some[3], some[2]);
        const back = place(cut, some[3], some[2], left, top, height, width);
        const text = rle.format(mask, { layout, box: some });
        expect(rle.decode(rle.parse(text, { layout, size, box: some })).data).toEqual(back);
      }
    }
  });

  test("writes the spelling that each tool writes", () => {
    const mask = rle.encode({ data: [0, 1, 1, 1, 0, 0], width: 3, height: 2 });
    expect(rle.format(mask, { layout: "coco" })).toBe("121O0");
    expect(rle.format(mask, { layout: "instill" })).toBe("1,2,1,1,1");
    expect(rle.format(mask, { layout: "cvat" })).toBe("1, 3, 2");
    expect(rle.format(mask, { layout: "cvat", box: [1, 0, 2, 2] })).toBe("0, 2, 2");
    expect(rle.format(mask, { layout: "cvat", box: [0, 0, 3, 1] })).toBe("1, 2");
    expect(rle.format(mask, { layout: "kaggle" })).toBe("2 3");
    expect(rle.format(mask, { layout: "kaggle", order: "column" })).toBe("2 2 5 1");
    expect(() => rle.format(mask, { layout: "png" as "coco" })).toThrow(/layout/);
    expect(() => rle.format({ size: [2, 3], counts: [7] }, { layout: "cvat" })).toThrow(/more at run 0/);
  });
});
