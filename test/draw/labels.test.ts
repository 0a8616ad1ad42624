import { describe, expect, test } from "vitest";
import { contrast } from "../../src/draw/colors.ts";
import { layoutLabels } from "../../src/draw/label-layout.ts";
import { labelText, parseTemplate } from "../../src/draw/label-template.ts";
import { arrangeLabels } from "../../src/draw/labels.ts";
import { type Bounds, type Mark, selectMarks } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";

function text(annotation: Annotation, label?: string): string {
  return labelText(annotation, label === undefined ? undefined : parseTemplate(label));
}

describe("labelText", () => {
  test("is category and score by default, without gaps for what is missing", () => {
    expect(text({ category: "car", score: 0.871 })).toBe("car 0.87");
    expect(text({ category: "car" })).toBe("car");
    expect(text({ categoryId: 3, score: 1 })).toBe("3 1.00");
    expect(text({ score: 0.5 })).toBe("0.50");
    expect(text({})).toBe("");
  });

  test("is the caption where there is one, unless the style says otherwise", () => {
    expect(text({ category: "car", caption: "red  car\n" })).toBe("red car");
    expect(text({ category: "car", caption: "red car" }, "{category}")).toBe("car");
  });

  test("follows a template with attributes, scores and formats", () => {
    const annotation: Annotation = {
      category: "car",
      score: 0.8765,
      scores: new Map([
        ["iou", 0.5],
        ["a.b", 2],
      ]),
      trackId: 7,
      attributes: new Map<string, unknown>([
        ["colour", "red"],
        ["speed", 12.345],
        ["none", null],
      ]),
    };
    expect(text(annotation, "#{trackId} {attributes.colour} {category} {score:.0%}")).toBe("#7 red car 88%");
    expect(text(annotation, "{attributes.speed:.1f} {attributes.none} km/h")).toBe("12.3 km/h");
    expect(text(annotation, "{scores.iou:.2f} {scores.a.b} {scores.x}")).toBe("0.50 2");
    expect(text(annotation, "{attributes.__proto__}x")).toBe("");
    expect(text({}, "object")).toBe("object");
    expect(text({}, "no. {id}")).toBe("");
  });

  test("keeps line breaks, typed or written, but no empty lines", () => {
    const annotation: Annotation = { category: "car", score: 0.5 };
    expect(text(annotation, "{category}\n{score}")).toBe("car\n0.5");
    expect(text(annotation, "{category}\\n{score}")).toBe("car\n0.5");
    expect(text(annotation, "{category} \n {trackId}\n\n {score}\n")).toBe("car\n0.5");
    expect(text({ caption: " one \r\n two\tthree " })).toBe("one\ntwo three");
  });
});

function layout(scene: Scene, style: Style = {}): ReturnType<typeof arrangeLabels> {
  const resolved = resolveStyle(style, scene.width, scene.height);
  const objects = selectMarks(scene, resolved).map((mark): [Mark, Bounds] => {
    const { x, y, width, height } = mark.annotation.box!;
    return [mark, { left: x, top: y, right: x + width, bottom: y + height }];
  });
  return arrangeLabels(objects, resolved, scene.width, scene.height);
}

const WORDS = ["person", "car", "traffic light", "Straßenbahn", "велосипед", "犬", "a label of\ntwo lines"];

function randomScene(seed: number, width: number, height: number, n: number): Scene {
  const next = random(seed);
  const annotations = Array.from({ length: n }, (): Annotation => {
    const categoryId = randomInt(next, 0, 200);
    return {
      box: {
        x: Math.floor(next() * width),
        y: Math.floor(next() * height),
        width: randomInt(next, 1, Math.ceil(width / 4)),
        height: randomInt(next, 1, Math.ceil(height / 4)),
      },
      categoryId,
      category: WORDS[categoryId % WORDS.length]!,
      score: next(),
    };
  });
  return { width, height, annotations };
}

function apart(a: Bounds, b: Bounds): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

describe("arrangeLabels", () => {
  test("keeps real labels of 60 random boxes inside and apart, with text that can be read, and drops none", () => {
    for (let seed = 0; seed < 40; seed++) {
      const labels = layout(randomScene(seed, 1280, 720, 60), seed % 2 ? { declutter: "all" } : {});
      expect(labels).toHaveLength(60);
      for (const [i, a] of labels.entries()) {
        expect(a.left >= 0 && a.top >= 0 && a.right <= 1280 && a.bottom <= 720).toBe(true);
        expect(contrast(a.plate, a.ink)).toBeGreaterThanOrEqual(4.5);
        for (const b of labels.slice(0, i)) expect(apart(a, b)).toBe(true);
      }
    }
  });

  test("holds every promise for pictures of any size and styles of any kind", () => {
    const next = random(99);
    const pick = <T>(list: readonly T[]): T => list[randomInt(next, 0, list.length - 1)]!;
    let seen = 0;
    for (let round = 0; round < 400; round++) {
      const [width, height] = pick([
        [1, 1],
        [5, 5],
        [40, 30],
        [300, 20],
        [20, 300],
        [randomInt(next, 1, 700), randomInt(next, 1, 500)],
      ] as const);
      const scene = randomScene(round, width, height, randomInt(next, 0, 60));
      const style: Style = {
        declutter: pick(["all", "top", "none"]),
        labelPosition: pick(["auto", "top", "bottom-right", "inside", "center", "left"]),
        fontSize: pick([undefined, 6, 11, 30]),
        labelMaxWidth: pick([undefined, 40, "4em"]),
        labelMaxLines: pick([undefined, 1, 5]),
        labelAlign: pick(["left", "center", "right"]),
        labelPlate: pick(["object", "#808080"]),
        labelPlateAlpha: pick([undefined, 0, 0.4, 0.9]),
      };
      const labels = layout(scene, style);
      seen += labels.length;
      for (const [i, a] of labels.entries()) {
        expect(a.left >= 0 && a.top >= 0 && a.right <= width && a.bottom <= height).toBe(true);
        for (const ground of [0x000000, 0xffffff, 0xff0000, 0x00ff80])
          expect(contrast(a.ink, mixed(a.plate, a.alpha, ground))).toBeGreaterThanOrEqual(4.5);
        for (const { line, penX, penY } of a.lines) {
          expect(penX).toBeGreaterThan(a.left);
          expect(penX + line.width).toBeLessThan(a.right);
          expect(penY > a.top && penY < a.bottom).toBe(true);
        }
        for (const b of labels.slice(0, i)) expect(!a.free || !b.free || apart(a, b)).toBe(true);
        // what is free is drawn above the rest
        if (a.free) expect(labels.slice(i).every(({ free }) => free)).toBe(true);
        if (style.declutter === "top") expect(a.free).toBe(true);
      }
      expect(layout(scene, style)).toEqual(labels);
    }
    expect(seen).toBeGreaterThan(2000);
  });

  test("breaks a label that is wider than the picture, and has none where not even the plate fits", () => {
    const annotations = [{ box: { x: 0, y: 0, width: 50, height: 50 }, category: "an extraordinarily long name" }];
    const [label] = layout({ width: 90, height: 60, annotations });
    expect(label!.right - label!.left).toBeLessThanOrEqual(90);
    expect(label!.rows.length).toBeGreaterThan(1);
    const [cut] = layout({ width: 90, height: 60, annotations }, { labelMaxLines: 1 });
    expect(cut!.rows).toEqual([expect.stringMatching(/^an extra.*…$/)]);
    expect(layout({ width: 90, height: 10, annotations })).toEqual([]);
    expect(layout({ width: 8, height: 60, annotations })).toEqual([]);
  });

  test("has none for objects outside of the picture", () => {
    const inside = { box: { x: -20, y: 10, width: 21, height: 20 }, category: "a" };
    const outside = { box: { x: -20, y: 10, width: 20, height: 20 }, category: "b" };
    expect(layout({ width: 90, height: 60, annotations: [inside, outside] }).map((label) => label.text)).toEqual(["a"]);
  });

  test("lets small objects choose first: the large one's label gives way", () => {
    const annotations: Annotation[] = [
      { box: { x: 100, y: 100, width: 400, height: 300 }, category: "large" },
      { box: { x: 100, y: 100, width: 60, height: 20 }, category: "small" },
    ];
    const [first] = layout({ width: 640, height: 480, annotations });
    expect(first).toMatchObject({ text: "small", left: 100 });
  });

  test("`top` keeps the best scores of objects that want the same places", () => {
    const box = { x: 300, y: 200, width: 30, height: 20 };
    const annotations = Array.from({ length: 300 }, (_, i): Annotation => {
      return { box, category: "car", score: ((i * 37) % 300) / 300 };
    });
    const kept = layout({ width: 640, height: 480, annotations }).map(({ text: words }) => Number(words.slice(4)));
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(200);
    expect(Math.min(...kept)).toBeGreaterThan(1 - (kept.length + 3) / 300);
    // all of them are there on demand, and a score that is no number does no harm
    expect(layout({ width: 640, height: 480, annotations }, { declutter: "all" })).toHaveLength(300);
    expect(layout({ width: 640, height: 480, annotations: [{ box, category: "x", score: NaN }] })).toHaveLength(1);
  });

  test("aligns lines on their plate", () => {
    const annotations = [{ box: { x: 50, y: 50, width: 100, height: 50 }, category: "a long first line\nshort" }];
    const pens = (labelAlign: "left" | "center" | "right"): number[] =>
      layout({ width: 640, height: 480, annotations }, { labelAlign })[0]!.lines.map(({ penX }) => penX);
    const [left, center, right] = [pens("left"), pens("center"), pens("right")];
    expect(left[0]).toBe(left[1]);
    expect(center[1]! - left[1]!).toBe((right[1]! - left[1]!) >> 1);
    expect(right[1]).toBeGreaterThan(left[1]! + 20);
  });
});

/** A colour over another one. */
function mixed(color: number, alpha: number, ground: number): number {
  const channel = (shift: number): number =>
    Math.floor((((ground >> shift) & 255) * (255 - alpha) + ((color >> shift) & 255) * alpha + 127) / 255);
  return (channel(16) << 16) | (channel(8) << 8) | channel(0);
}

describe("layoutLabels", () => {
  test("gives plates, the words of each line, and lines to objects", () => {
    const box = { x: 300, y: 200, width: 10, height: 10 };
    const annotations = Array.from({ length: 14 }, (_, i): Annotation => ({ box, category: `thing ${i}` }));
    const labels = layoutLabels({ width: 640, height: 480, annotations }, { label: "{category}\nof many" });
    expect(labels).toHaveLength(14);
    for (const label of labels) expect(label.lines).toEqual(label.text.split("\n"));
    const moved = labels.filter(({ leader }) => leader);
    expect(moved.length).toBeGreaterThan(2);
    for (const { xyxy, leader } of moved) {
      expect(leader![0] >= xyxy[0] && leader![0] <= xyxy[2]).toBe(true);
      expect(leader![1] >= xyxy[1] && leader![1] <= xyxy[3]).toBe(true);
    }
    expect(JSON.parse(JSON.stringify(labels))).toEqual(
      labels.map(({ leader, ...rest }) => (leader ? { leader, ...rest } : rest)),
    );
  });
});
