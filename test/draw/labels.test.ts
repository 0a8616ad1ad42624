import { describe, expect, test } from "vitest";
import { contrast, textColorOn } from "../../src/draw/colors.ts";
import { labelText, arrangeLabels } from "../../src/draw/labels.ts";
import { type Bounds, type Mark, selectMarks } from "../../src/draw/marks.ts";
import { resolveStyle, type Style } from "../../src/draw/style.ts";
import type { Annotation, Scene } from "../../src/model/scene.ts";
import { random, randomInt } from "../support/random.ts";

function text(annotation: Annotation, style: Style = {}): string {
  return labelText(annotation, resolveStyle(style, 640, 480));
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
    expect(text({ category: "car", caption: "red car" }, { label: "{category}" })).toBe("car");
  });

  test("follows a template with attributes and formats", () => {
    const annotation: Annotation = {
      category: "car",
      score: 0.8765,
      trackId: 7,
      attributes: new Map<string, unknown>([
        ["colour", "red"],
        ["speed", 12.345],
        ["none", null],
      ]),
    };
    expect(text(annotation, { label: "#{trackId} {attributes.colour} {category} {score:.0%}" })).toBe("#7 red car 88%");
    expect(text(annotation, { label: "{attributes.speed:.1f} {attributes.none} km/h" })).toBe("12.3 km/h");
    expect(text(annotation, { label: "{attributes.__proto__}x" })).toBe("");
    expect(text({}, { label: "object" })).toBe("object");
    expect(text({}, { label: "no. {id}" })).toBe("");
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

describe("arrangeLabels", () => {
  test("keeps real labels of 60 random boxes inside and apart, with text that can be read", () => {
    const words = ["person", "car", "traffic light", "Straßenbahn", "велосипед", "犬"];
    for (let seed = 0; seed < 40; seed++) {
      const next = random(seed);
      const annotations = Array.from({ length: 60 }, (): Annotation => {
        const categoryId = randomInt(next, 0, 200);
        return {
          box: {
            x: randomInt(next, -30, 1250),
            y: randomInt(next, -30, 700),
            width: randomInt(next, 1, 300),
            height: randomInt(next, 1, 200),
          },
          categoryId,
          category: words[categoryId % words.length]!,
          score: next(),
        };
      });
      const labels = layout({ width: 1280, height: 720, annotations });
      expect(labels).toHaveLength(60);
      for (const [i, a] of labels.entries()) {
        expect(a.left >= 0 && a.top >= 0 && a.right <= 1280 && a.bottom <= 720).toBe(true);
        expect(contrast(a.color, textColorOn(a.color))).toBeGreaterThanOrEqual(4.5);
        for (const b of labels.slice(0, i))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
      }
    }
  });

  test("cuts a label that is wider than the picture, and has none where not even the plate fits", () => {
    const annotations = [{ box: { x: 0, y: 0, width: 50, height: 50 }, category: "an extraordinarily long name" }];
    const [label] = layout({ width: 90, height: 60, annotations });
    expect(label!.right - label!.left).toBeLessThanOrEqual(90);
    expect(label!.line.glyphs.length).toBeLessThan(28);
    expect(layout({ width: 90, height: 10, annotations })).toEqual([]);
    expect(layout({ width: 8, height: 60, annotations })).toEqual([]);
  });

  test("lets small objects choose first: the large one's label gives way", () => {
    const annotations: Annotation[] = [
      { box: { x: 100, y: 100, width: 400, height: 300 }, category: "large" },
      { box: { x: 100, y: 100, width: 60, height: 20 }, category: "small" },
    ];
    const [first] = layout({ width: 640, height: 480, annotations });
    expect(first).toMatchObject({ text: "small", left: 100 });
  });
});
