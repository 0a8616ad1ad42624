/**
 * Draw tasks, complete: decoded JSON and a PNG in, a PNG out; then drawing alone, against the PNG encode of the frame, and
 * for masks against plain-JS twins of Instill's recipe: one that follows its steps, one made fast by hand. Recorded inputs where they are present, else none of this can run.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { compare } from "./harness.mjs";
import { readInstill } from "../build/js/format/instill.js";
import { decodeImage, encodePng, render, runTask } from "../build/js/index.js";
import { drawTask } from "../build/js/task/draw-tasks.js";
import { instillPasses } from "../build/js/task/instill-styles.js";
import { drawStuffs as drawStuffsByHand } from "./twins/instill-by-hand.mjs";
import { drawInstances, drawStuffs } from "./twins/instill.mjs";

const folder = resolve(process.env.LIMN_SHARED ?? "../shared", "golden/instill/inputs");
const read = (name) => readFileSync(resolve(folder, name));
const json = (name) => JSON.parse(read(`${name}.json`).toString());
const TASKS = {
  classification: "CLASSIFICATION",
  detection: "DETECTION",
  keypoint: "KEYPOINT",
  ocr: "OCR",
  instance: "INSTANCE_SEGMENTATION",
  semantic: "SEMANTIC_SEGMENTATION",
};

const image = read("base-640x480.png");
for (const [name, task] of Object.entries(TASKS)) {
  const job = { task: `TASK_DRAW_${task}`, input: { ...json(name), image } };
  const output = { as: "bytes" };
  await compare(`TASK_DRAW_${task}, 640 x 480, PNG in and PNG out`, [
    { name: "limn", run: () => runTask(job, { output }) },
    { name: "limn, instill-b", run: () => runTask(job, { output, style: "instill-b" }) },
    { name: "decode and encode alone", run: () => reencode(image) },
  ]);
}

const large = read("base-1920x1080.png");
const base = decodeImage(large);
const { width, height } = base;
const pixels = base.toRgba();
const copy = () => Uint8Array.from(pixels);
for (const name of ["detection-100", "keypoint-20", "ocr-200", "instance-20", "semantic-8"]) {
  const task = TASKS[name.split("-")[0]];
  const input = json(`bench-${name}`);
  const frame = base.clone();
  const draw = (style) => () => drawTask(frame, task, input, style);
  const isMask = name === "instance-20" || name === "semantic-8";
  const encode = { name: "PNG encode of the frame", run: () => encodePng(base), within: isMask ? undefined : 1 };
  const variants = [{ name: "limn, instill-b", run: draw("instill-b") }];
  if (name === "instance-20") {
    const run = () => drawInstances(copy(), width, height, input.objects);
    variants.push({ name: "plain JS of the recipe, without its labels", run, check: same(task, input), floor: 60 });
  }
  if (name === "semantic-8") {
    const check = same(task, input);
    variants.push(
      { name: "plain JS of the recipe", run: () => drawStuffs(copy(), width, height, input.stuffs), check, floor: 60 },
      { name: "plain JS by hand", run: () => drawStuffsByHand(copy(), width, height, input.stuffs), check },
    );
  }
  const title = `${name}, 1920 x 1080, drawing alone (JSON objects in)`;
  await compare(title, [...variants, encode], { pixels: width * height });
  await compare(`${title}, limn's own look`, [{ name: "limn", run: draw({}) }, encode], { pixels: width * height });
  frame.free();
}

/** That a twin's pixels are those of the masks, which two roundings of a float may miss by one level. */
function same(task, input) {
  const [found] = readInstill(input, { task, size: [height, width] });
  const [{ scene, style }] = instillPasses(found, { width, height }, "instill-b");
  const wanted = render(base.clone(), scene, style).toRgba();
  return (result) => {
    const wrong = result.reduce((count, value, i) => count + (value === wanted[i] ? 0 : 1), 0);
    const far = result.some((value, i) => Math.abs(value - wanted[i]) > 1);
    if (wrong > 2 || far) throw new Error(`${wrong} bytes differ`);
  };
}

function reencode(bytes) {
  const frame = decodeImage(bytes);
  const out = encodePng(frame);
  frame.free();
  return out;
}
