/**
 * Recordings of Instill's component: the looks `instill-a` and `instill-b` beside them. Long: how
 * pictures differ is told apart by what was drawn where.
 */
import { expect } from "vitest";
import { builtinFont, MISSING } from "../../src/draw/font.ts";
import { type InstillTask, readInstill } from "../../src/format/instill.ts";
import { decodeImage, Frame, render, runTask, type TaskName } from "../../src/index.ts";
import { instillPasses, type Pass } from "../../src/task/instill-styles.ts";
import { seedColor } from "../../src/task/seed-colors.ts";
import { sharedBytes, sharedJson, sharedTest } from "../support/shared.ts";

const FOLDER = "golden/instill";

interface Case {
  readonly recording: string;
  readonly input: string;
  readonly picture: string;
  readonly task: TaskName;
  readonly style: "instill-a" | "instill-b";
}

/** A recording, ours, the bare picture, and what a look draws of it. */
function pictures({ recording, input, picture, task, style }: Case) {
  const image = sharedBytes(`${FOLDER}/inputs/${picture}.png`);
  const document: object = sharedJson(`${FOLDER}/inputs/${input}.json`);
  const result = runTask({ task, input: { ...document, image } }, { style, output: { as: "bytes", level: "store" } });
  const [ours, theirs, base] = [result.image, sharedBytes(`${FOLDER}/${recording}.png`), image].map((bytes) => {
    using frame: Frame = decodeImage(bytes);
    return frame.toRgba();
  }) as [Uint8Array, Uint8Array, Uint8Array];
  using frame = decodeImage(image);
  const { width, height } = frame;
  const name = task.slice("TASK_DRAW_".length) as InstillTask;
  const [found] = readInstill(document, { task: name, size: [height, width] });
  return { ours, theirs, base, width, height, passes: instillPasses(found!, { width, height }, style) };
}

/** How the two differ, in levels of colour times alpha, where at least one of them was drawn on. */
function compare(found: Case): {
  readonly bytes: number;
  readonly drawn: number;
  readonly beyond: (levels: number) => number;
} {
  const { ours, theirs, base } = pictures(found);
  const counts = new Array<number>(256).fill(0);
  let bytes = 0;
  let drawn = 0;
  const seen = (data: Uint8Array, at: number, c: number): number =>
    c === 3 ? data[at + 3]! : (data[at + c]! * data[at + 3]!) / 255;
  for (let at = 0; at < ours.length; at += 4) {
    let most = 0;
    let touched = false;
    for (let c = 0; c < 4; c++) {
      if (ours[at + c] !== theirs[at + c]) bytes++;
      touched ||= ours[at + c] !== base[at + c] || theirs[at + c] !== base[at + c];
      most = Math.max(most, Math.abs(seen(ours, at, c) - seen(theirs, at, c)));
    }
    if (touched) drawn++;
    counts[Math.floor(most)]!++;
  }
  const beyond = (levels: number): number => counts.slice(levels + 1).reduce((sum, count) => sum + count, 0);
  return { bytes, drawn, beyond };
}

const STUFFS = { input: "semantic", picture: "base-640x480", task: "TASK_DRAW_SEMANTIC_SEGMENTATION" } as const;
const MASKS = { input: "instance", picture: "base-640x480", task: "TASK_DRAW_INSTANCE_SEGMENTATION" } as const;

sharedTest("regions have the bytes of both recordings", () => {
  expect(compare({ ...STUFFS, recording: "genB/semantic", style: "instill-b" }).bytes).toBe(0);
  expect(compare({ ...STUFFS, recording: "genA/semantic", style: "instill-a" }).bytes).toBe(0);
  for (const [recording, style] of [
    ["micro/B-sem", "instill-b"],
    ["micro/A-sem", "instill-a"],
  ] as const)
    expect(compare({ ...STUFFS, input: "micro-sem", picture: "white-96x72", recording, style }).bytes).toBe(0);
});

sharedTest("a Full HD picture of eight classes has all but two bytes, which are one level off", () => {
  const found = compare({
    ...STUFFS,
    input: "bench-semantic-8",
    picture: "base-1920x1080",
    recording: "genB/bench-semantic-8",
    style: "instill-b",
  });
  expect(found.bytes).toBeLessThanOrEqual(2);
  expect(found.beyond(1)).toBe(0);
});

sharedTest("on a picture with alpha, masks are within two levels", () => {
  const style = "instill-b" as const;
  const picture = "alpha-96x72";
  expect(compare({ ...STUFFS, input: "micro-sem", picture, recording: "micro/B-alpha-sem", style }).beyond(2)).toBe(0);
  expect(compare({ ...MASKS, input: "micro-mask", picture, recording: "micro/B-alpha-mask", style }).beyond(2)).toBe(0);
});

/** The passes drawn on the bare picture. */
function drawn(base: Uint8Array, width: number, height: number, passes: readonly Pass[]): Uint8Array {
  using frame = Frame.fromRgba(base, width, height);
  for (const { scene, style } of passes) render(frame, scene, style);
  return frame.toRgba();
}

/** The same with empty tags as wide as those with words. */
function withoutWords(passes: readonly Pass[]): Pass[] {
  return passes.flatMap(({ scene, style }): Pass[] => {
    const tag = style.labelTag;
    if (style.showLabels === false || !tag) return [{ scene, style }];
    const isWhole = style.drawOrder === "object";
    const blank = scene.annotations.map((annotation): Pass => {
      const advances = { "": widthOf(annotation.category ?? "", tag.advances!) };
      const objects = [{ ...annotation, category: "\ue000", keypoints: isWhole ? annotation.keypoints : undefined }];
      const own = { ...style, labelTag: { ...tag, advances }, boxWidth: isWhole ? (style.boxWidth ?? 0) : 0 };
      return { scene: { ...scene, annotations: objects }, style: own };
    });
    return isWhole ? blank : [{ scene, style: { ...style, showLabels: false } }, ...blank];
  });
}

function widthOf(words: string, advances: Readonly<Record<string, number>>): number {
  const font = builtinFont();
  let sum = 0;
  let before = "";
  let last = 0;
  for (const character of words) {
    const code = character.codePointAt(0)!;
    const glyph = font.glyphOf(code);
    if (code < 0x20 || glyph >= MISSING) {
      sum += advances[""]!;
      continue;
    }
    const letter = character.normalize("NFD")[0]!;
    const own = (code >= 0x7f || before >= "\x7f") && before !== "" ? (font.kerning(last, glyph) * 20) / 1000 : 0;
    if (before !== "") sum += advances[before + letter] ?? own;
    sum += advances[character] ?? advances[letter]!;
    before = letter;
    last = glyph;
  }
  return Math.floor(sum);
}

/** Pixels within `reach` of those that differ between two pictures. */
function around(a: Uint8Array, b: Uint8Array, width: number, height: number, reach: number): Uint8Array {
  const found = new Uint8Array(width * height);
  const [one, other] = [a, b].map((data) => new Uint32Array(data.buffer, data.byteOffset, width * height)) as [
    Uint32Array,
    Uint32Array,
  ];
  for (let p = 0; p < found.length; p++) {
    if (one[p] === other[p]) continue;
    const [x, y] = [p % width, Math.floor(p / width)];
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
      found.fill(1, v * width + Math.max(0, x - reach), v * width + Math.min(width - 1, x + reach) + 1);
  }
  return found;
}

/**
 * How a recording is met: the part of the drawn pixels within two levels, words and poses left out; and how much the words
 * have in common: the sum of what both have of their light over the sum of what one of them has.
 */
function meet(found: Case): { readonly within: number; readonly words: number } {
  const { ours, theirs, base, width, height, passes } = pictures(found);
  const bare = drawn(base, width, height, withoutWords(passes));
  const written = around(ours, bare, width, height, 3);
  const poses = passes.map(({ scene, style }) => ({
    scene: { ...scene, annotations: scene.annotations.map(({ keypoints }) => ({ keypoints })) },
    style: { ...style, showLabels: false },
  }));
  const posed = around(drawn(base, width, height, poses), base, width, height, 1);
  let [all, good, common, either] = [0, 0, 0, 0];
  const touched = around(ours, base, width, height, 0);
  const theirTouched = around(theirs, base, width, height, 0);
  for (let p = 0; p < width * height; p++) {
    if ((touched[p] === 0 && theirTouched[p] === 0) || posed[p]) continue;
    const at = p * 4;
    const seen = (data: Uint8Array, c: number): number =>
      c === 3 ? data[at + 3]! : (data[at + c]! * data[at + 3]!) / 255;
    let most = 0;
    let [light, theirLight] = [0, 0];
    for (let c = 0; c < 4; c++) {
      most = Math.max(most, Math.abs(seen(ours, c) - seen(theirs, c)));
      if (c === 3) continue;
      light = Math.max(light, seen(ours, c) - seen(bare, c));
      theirLight = Math.max(theirLight, seen(theirs, c) - seen(bare, c));
    }
    if (written[p] && (light > 2 || theirLight > 2)) {
      common += Math.min(light, theirLight);
      either += Math.max(light, theirLight);
    } else {
      all++;
      if (Math.floor(most) <= 2) good++;
    }
  }
  return { within: good / all, words: either === 0 ? 1 : common / either };
}

const BOXES = { task: "TASK_DRAW_DETECTION" } as const;
const POSES = { task: "TASK_DRAW_KEYPOINT" } as const;
const WORDS = { task: "TASK_DRAW_OCR" } as const;
const CLASS = { task: "TASK_DRAW_CLASSIFICATION" } as const;
const OF = { detection: BOXES, keypoint: POSES, ocr: WORDS, classification: CLASS, instance: MASKS } as const;
const MICRO = { box: BOXES, ocr: WORDS, cls: CLASS, mask: MASKS } as const;
const LOOKS = { A: "instill-a", B: "instill-b" } as const;

const cases: Case[] = [];
for (const [generation, style] of Object.entries(LOOKS)) {
  for (const [input, task] of Object.entries(OF))
    cases.push({ ...task, recording: `gen${generation}/${input}`, input, picture: "base-640x480", style });
  for (const [name, task] of Object.entries(MICRO))
    cases.push({
      ...task,
      recording: `micro/${generation}-${name}`,
      input: `micro-${name}`,
      picture: "white-96x72",
      style,
    });
}
const B = LOOKS.B;
cases.push({
  ...CLASS,
  recording: "genB/classification-noscore",
  input: "classification-noscore",
  picture: "base-640x480",
  style: B,
});
for (const [name, task] of Object.entries({
  "detection-100": BOXES,
  "keypoint-20": POSES,
  "ocr-200": WORDS,
  "instance-20": MASKS,
}))
  cases.push({
    ...task,
    recording: `genB/bench-${name}`,
    input: `bench-${name}`,
    picture: "base-1920x1080",
    style: B,
  });

for (const found of cases.filter(({ recording }) => recording !== "genA/keypoint"))
  sharedTest(
    `${found.recording}: 99.9 % of the pixels of boxes, tags and masks are within two levels, words overlap`,
    () => {
      const { within, words } = meet(found);
      expect(within).toBeGreaterThanOrEqual(0.999);
      expect(words).toBeGreaterThanOrEqual(0.65);
    },
  );

for (const name of ["box", "cls", "ocr"] as const)
  sharedTest(`on a picture with alpha, micro-${name} is within two levels but for words`, () => {
    const found = { ...MICRO[name], recording: `micro/B-alpha-${name}`, input: `micro-${name}`, style: B };
    expect(meet({ ...found, picture: "alpha-96x72" }).within).toBeGreaterThanOrEqual(0.999);
  });

for (const found of cases.filter(({ task }) => task === MASKS.task))
  sharedTest(`${found.recording}: masks have the recorded pixels where no label covers them`, () => {
    const { ours, theirs, base, width, height, passes } = pictures(found);
    const masks = drawn(base, width, height, passes.slice(0, 1));
    const covered = around(ours, masks, width, height, 1);
    const masked = around(masks, base, width, height, 0);
    let [pixels, wrong] = [0, 0];
    for (let at = 0; at < masks.length; at += 4) {
      if (masked[at / 4] === 0 || covered[at / 4]) continue;
      pixels++;
      for (let c = at; c < at + 4; c++) if (masks[c] !== theirs[c]) wrong++;
    }
    expect(pixels).toBeGreaterThan(50);
    expect(wrong).toBe(0);
  });

for (const recording of ["genA/keypoint", "genB/keypoint", "genB/bench-keypoint-20"])
  sharedTest(`${recording}: poses are within four levels, 96 % of their pixels within two`, () => {
    const { ours, theirs, base, width, height, passes } = pictures(
      cases.find((found) => found.recording === recording)!,
    );
    const poses = passes.map(({ scene, style }) => ({
      scene: { ...scene, annotations: scene.annotations.map(({ keypoints }) => ({ keypoints })) },
      style: { ...style, showLabels: false },
    }));
    const posed = around(drawn(base, width, height, poses), base, width, height, 0);
    const written = around(ours, drawn(base, width, height, withoutWords(passes)), width, height, 3);
    const counts = [0, 0, 0];
    for (let p = 0; p < posed.length; p++) {
      if (!posed[p] || written[p]) continue;
      const off = Math.max(...[0, 1, 2].map((c) => Math.abs(ours[p * 4 + c]! - theirs[p * 4 + c]!)));
      counts[off > 4 ? 2 : off > 2 ? 1 : 0]!++;
    }
    const sum = counts.reduce((a, b) => a + b);
    expect(counts[2]).toBe(0);
    expect(counts[0]! / sum).toBeGreaterThan(0.96);
  });

sharedTest("colours of all recorded seeds are met", () => {
  const { colors } = sharedJson(`${FOLDER}/seed-colors-1024.json`) as { colors: readonly string[] };
  expect(colors.length).toBe(1024);
  expect(colors.map((_, seed) => seedColor(seed).toString(16).padStart(6, "0"))).toEqual(colors);
});

const MALFORMED: Readonly<Record<string, string | undefined>> = {
  "det-neg": "objects[0].bounding-box.width",
  "det-nobox": "objects[0].bounding-box",
  empty: undefined,
  "kp-0": undefined,
  "kp-16": undefined,
  "kp-18": undefined,
  "kp-18inv": undefined,
  "neg-box": "objects[0].bounding-box.width",
  "no-box": "objects[0].bounding-box",
  "rle-empty": "objects[0].rle",
  "rle-exact": undefined,
  "rle-float": "objects[0].rle",
  "rle-neg": "objects[0].rle",
  "rle-padded": undefined,
  "rle-short": undefined,
  "rle-space": "objects[0].rle",
  "rle-too-long": "objects[0].rle",
  "rle-trailing": "objects[0].rle",
  "sem-bad": "stuffs[0].rle",
  "sem-long": "stuffs[0].rle",
  "zero-box": undefined,
  "zero-box-ok": undefined,
};

sharedTest("malformed inputs name the field that is wrong, and what can be drawn is drawn", () => {
  const image = sharedBytes(`${FOLDER}/inputs/white-96x72.png`);
  for (const [name, path] of Object.entries(MALFORMED))
    for (const style of [undefined, "instill-a", "instill-b"] as const) {
      const task = name.startsWith("sem")
        ? STUFFS.task
        : name.startsWith("kp")
          ? POSES.task
          : name.startsWith("det") || name === "empty"
            ? BOXES.task
            : MASKS.task;
      const document: object = sharedJson(`${FOLDER}/inputs/err/${name}.json`);
      let found: unknown;
      try {
        runTask({ task, input: { ...document, image } }, { style });
      } catch (error) {
        found = error;
      }
      if (path === undefined) expect(found, name).toBeUndefined();
      else expect((found as { path?: string }).path, name).toBe(`${task}.${path}`);
    }
});
