/** Recordings of Instill's component: the looks `instill-a` and `instill-b` beside them. */
import { expect } from "vitest";
import { decodeImage, type Frame, runTask, type TaskName } from "../../src/index.ts";
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

/** How two pictures differ, in levels of colour times alpha, where at least one of them was drawn on. */
function compare({ recording, input, picture, task, style }: Case): {
  readonly bytes: number;
  readonly drawn: number;
  readonly beyond: (levels: number) => number;
} {
  const image = sharedBytes(`${FOLDER}/inputs/${picture}.png`);
  const document: object = sharedJson(`${FOLDER}/inputs/${input}.json`);
  const result = runTask({ task, input: { ...document, image } }, { style, output: { as: "bytes", level: "store" } });
  const [ours, theirs, base] = [result.image, sharedBytes(`${FOLDER}/${recording}.png`), image].map((bytes) => {
    using frame: Frame = decodeImage(bytes);
    return frame.toRgba();
  }) as [Uint8Array, Uint8Array, Uint8Array];
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

sharedTest("colours of all recorded seeds are met", () => {
  const { colors } = sharedJson(`${FOLDER}/seed-colors-1024.json`) as { colors: readonly string[] };
  expect(colors.length).toBe(1024);
  expect(colors.map((_, seed) => seedColor(seed).toString(16).padStart(6, "0"))).toEqual(colors);
});
