import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../src/draw/label-template.ts";
import { parseStyle, resolveStyle, type Style } from "../../src/draw/style.ts";

describe("parseStyle", () => {
  test("takes a full style that went through JSON", () => {
    const style: Style = {
      palette: ["#ff0000", 0x00ff00],
      colors: { car: "#123", "7": "#445566" },
      colorBy: "track",
      maskAlpha: 0.3,
      maskOutline: 2.25,
      maskOutlineColor: "#fff",
      maskMode: "blend",
      maskCut: 0.1,
      maskHatch: "dots",
      maskHatches: { car: "cross", predictions: "none" },
      maskHalo: 8,
      maskHaloColor: 0xffffff,
      labelMapAlpha: 1,
      labelMapClasses: { road: { color: "#123456", alpha: 0.2 }, "7": { hide: true } },
      labelMapBorder: 1.5,
      labelMapBorderColor: "#ffffff",
      dim: 0.5,
      dimMode: "gray",
      privacyCategories: ["face", 7],
      privacyMode: "blur",
      privacySize: 16,
      privacyColor: 0,
      boxWidth: 3,
      boxFill: 0.1,
      label: "{category} {score:.0%} {attributes.colour}",
      showLabels: false,
      fontSize: 18,
      minScore: 0.5,
      categories: ["car", 7],
      keypointRadius: 2.5,
      limbWidth: 0,
      blend: "truncate",
    };
    expect(parseStyle(JSON.parse(JSON.stringify(style)))).toEqual(style);
    expect(parseStyle({})).toEqual({});
    expect(parseStyle({ label: undefined })).toEqual({ label: undefined });
  });

  test.each([
    [null, "style"],
    [[], "style"],
    ["dark", "style"],
    [{ colour: "red" }, "style"],
    [{ toString: 1 }, "style"],
    [{ palette: "rainbow" }, "style.palette"],
    [{ palette: "constructor" }, "style.palette"],
    [{ palette: [] }, "style.palette"],
    [{ palette: ["#fff", "white"] }, "style.palette[1]"],
    [{ colors: { car: "red" } }, "style.colors.car"],
    [{ colors: [] }, "style.colors"],
    [{ colorBy: "mood" }, "style.colorBy"],
    [{ maskAlpha: 2 }, "style.maskAlpha"],
    [{ maskAlpha: NaN }, "style.maskAlpha"],
    [{ maskOutline: 201 }, "style.maskOutline"],
    [{ maskOutline: NaN }, "style.maskOutline"],
    [{ maskOutlineColor: "red" }, "style.maskOutlineColor"],
    [{ maskMode: "add" }, "style.maskMode"],
    [{ maskCut: 1.1 }, "style.maskCut"],
    [{ maskHatch: "waves" }, "style.maskHatch"],
    [{ maskHatches: { car: "toString" } }, "style.maskHatches.car"],
    [{ maskHatches: ["dots"] }, "style.maskHatches"],
    [{ maskHalo: -1 }, "style.maskHalo"],
    [{ maskHaloColor: {} }, "style.maskHaloColor"],
    [{ labelMapClasses: { road: "red" } }, "style.labelMapClasses.road"],
    [{ labelMapClasses: { road: { colour: 1 } } }, "style.labelMapClasses.road"],
    [{ labelMapClasses: { road: { alpha: 2 } } }, "style.labelMapClasses.road.alpha"],
    [{ labelMapClasses: { road: { hide: 1 } } }, "style.labelMapClasses.road.hide"],
    [{ labelMapBorder: "1" }, "style.labelMapBorder"],
    [{ dim: 1.5 }, "style.dim"],
    [{ dimMode: "blue" }, "style.dimMode"],
    [{ privacyCategories: "face" }, "style.privacyCategories"],
    [{ privacyMode: "mosaic" }, "style.privacyMode"],
    [{ privacySize: 1 }, "style.privacySize"],
    [{ privacySize: 8.5 }, "style.privacySize"],
    [{ boxWidth: 1.5 }, "style.boxWidth"],
    [{ boxWidth: -1 }, "style.boxWidth"],
    [{ fontSize: 4 }, "style.fontSize"],
    [{ showLabels: "yes" }, "style.showLabels"],
    [{ categories: "car" }, "style.categories"],
    [{ categories: [null] }, "style.categories"],
    [{ label: 7 }, "style.label"],
    [{ label: "{speed}" }, "style.label"],
    [{ label: "{score:.2e}" }, "style.label"],
    [{ blend: "add" }, "style.blend"],
    [{ minScore: "0.5" }, "style.minScore"],
  ])("refuses %j at %s", (value, path) => {
    expect(() => parseStyle(value)).toThrow(expect.objectContaining({ code: "ARGUMENT", path }));
  });
});

describe("parseTemplate", () => {
  test("takes words and fields apart", () => {
    expect(parseTemplate("#{trackId}: {score:.1%}")).toEqual([
      { kind: "words", words: "#" },
      { kind: "field", field: "trackId" },
      { kind: "words", words: ": " },
      { kind: "field", field: "score", decimals: 1, percent: true },
    ]);
  });

  test("leaves a single brace in the words", () => {
    expect(parseTemplate("a } b { c")).toEqual([{ kind: "words", words: "a } b { c" }]);
  });
});

describe("resolveStyle", () => {
  test.each([
    [300, 225, 1, 10],
    [640, 480, 2, 12],
    [1280, 720, 2, 16],
    [1920, 1080, 3, 20],
    [3840, 2160, 5, 35],
  ])("for %i x %i draws lines of %i and letters of %i pixels", (width, height, boxWidth, fontSize) => {
    expect(resolveStyle({}, width, height)).toMatchObject({ boxWidth, fontSize });
  });
});
