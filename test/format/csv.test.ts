import fc from "../support/property.ts";
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/errors.ts";
import { csvLine, readCsv } from "../../src/format/csv.ts";

describe("CSV", () => {
  test("what is written is read", () => {
    const field = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", " ", "a", "é", "{", "}") });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        expect(readCsv(rows.map(csvLine).join(""))).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, string[][]]>([
    [
      "a,b\r\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,b\rc,d\r",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ['\ufeff"a""b",c\n', [['a"b', "c"]]],
    ['"a\r\nb",', [["a\r\nb", ""]]],
    ["\n\n,\n", [["", ""]]],
    ['a,"b"x,c', [["a", "b", "c"]]],
    ["", []],
  ])("%j", (text, rows) => {
    expect(readCsv(text)).toEqual(rows);
  });

  test("quotes that do not end are named", () => {
    expect(() => readCsv('a,"b')).toThrow(ImageError);
    expect(() => readCsv('a,"b')).toThrow(/character 2/);
  });
});
