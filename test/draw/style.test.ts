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
      maskOutline: 0,
      labelMapAlpha: 1,
      boxWidth: 3,
      boxFill: 0.1,
      label: "{category} {score:.0%} {attributes.colour}",
      showLabels: false,
      fontSize: 18,
      declutter: "all",
      labelPosition: "bottom-left",
      labelMaxWidth: "12.5em",
      labelMaxLines: 2,
      labelAlign: "center",
      labelPlate: "#fff",
      labelPlateAlpha: 0.7,
      classificationStyle: "bars",
      topK: 3,
      legend: "auto",
      caption: true,
      minScore: 0.5,
      minScores: { car: 0.4 },
      categories: ["car", 7],
      hideCategories: ["tree"],
      groups: ["predictions"],
      hideGroups: ["draft"],
      maxCount: 100,
      hideCrowd: true,
      hideOccluded: false,
      minArea: 16,
      colorKey: "name",
      heatMapColors: "magma",
      heatMapAlpha: 0.5,
      heatMapFade: true,
      heatMapRange: [0, 1],
      heatMapBar: "top-left",
      iconAnchor: "top-right",
      iconSize: 0.5,
      iconAlpha: 1,
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
    [{ boxWidth: 1.5 }, "style.boxWidth"],
    [{ boxWidth: -1 }, "style.boxWidth"],
    [{ fontSize: 4 }, "style.fontSize"],
    [{ showLabels: "yes" }, "style.showLabels"],
    [{ categories: "car" }, "style.categories"],
    [{ categories: [null] }, "style.categories"],
    [{ label: 7 }, "style.label"],
    [{ label: "{speed}" }, "style.label"],
    [{ label: "{score:.2e}" }, "style.label"],
    [{ declutter: "some" }, "style.declutter"],
    [{ labelPosition: "above" }, "style.labelPosition"],
    [{ labelMaxWidth: 0 }, "style.labelMaxWidth"],
    [{ labelMaxWidth: "wide" }, "style.labelMaxWidth"],
    [{ labelMaxWidth: "-2em" }, "style.labelMaxWidth"],
    [{ labelMaxLines: 0 }, "style.labelMaxLines"],
    [{ labelAlign: "justify" }, "style.labelAlign"],
    [{ labelPlate: "white" }, "style.labelPlate"],
    [{ labelPlateAlpha: 2 }, "style.labelPlateAlpha"],
    [{ classificationStyle: "pie" }, "style.classificationStyle"],
    [{ topK: 0 }, "style.topK"],
    [{ legend: "left" }, "style.legend"],
    [{ caption: "yes" }, "style.caption"],
    [{ blend: "add" }, "style.blend"],
    [{ minScore: "0.5" }, "style.minScore"],
    [{ minScores: { car: "high" } }, "style.minScores.car"],
    [{ minScores: 0.4 }, "style.minScores"],
    [{ hideCategories: "car" }, "style.hideCategories"],
    [{ groups: "predictions" }, "style.groups"],
    [{ hideGroups: [true] }, "style.hideGroups"],
    [{ maxCount: 1.5 }, "style.maxCount"],
    [{ maxCount: NaN }, "style.maxCount"],
    [{ hideCrowd: 1 }, "style.hideCrowd"],
    [{ hideOccluded: "no" }, "style.hideOccluded"],
    [{ minArea: -1 }, "style.minArea"],
    [{ colorKey: "colour" }, "style.colorKey"],
    [{ heatMapColors: "jet" }, "style.heatMapColors"],
    [{ heatMapColors: "constructor" }, "style.heatMapColors"],
    [{ heatMapColors: ["#fff"] }, "style.heatMapColors"],
    [{ heatMapColors: ["#fff", "red"] }, "style.heatMapColors[1]"],
    [{ heatMapAlpha: NaN }, "style.heatMapAlpha"],
    [{ heatMapFade: 1 }, "style.heatMapFade"],
    [{ heatMapRange: [1, 0] }, "style.heatMapRange"],
    [{ heatMapRange: [0, Infinity] }, "style.heatMapRange"],
    [{ heatMapBar: "left" }, "style.heatMapBar"],
    [{ iconAnchor: "middle" }, "style.iconAnchor"],
    [{ iconSize: 0 }, "style.iconSize"],
    [{ iconAlpha: 2 }, "style.iconAlpha"],
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
