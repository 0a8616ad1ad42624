/**
 * Draw tasks, complete: decoded JSON and a PNG in, a PNG out; then drawing alone against a plain-JS twin of Instill's recipe
 * for masks. Recorded inputs where they are present, else none of this can run.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { compare } from "./harness.mjs";
import { decodeImage, encodePng, runTask } from "../build/js/index.js";
import { drawTask } from "../build/js/task/draw-tasks.js";
import { drawStuffs } from "./twins/instill.mjs";

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
const pixels = base.toRgba();
for (const name of ["detection-100", "keypoint-20", "ocr-200", "instance-20", "semantic-8"]) {
  const task = TASKS[name.split("-")[0]];
  const input = json(`bench-${name}`);
  const frame = base.clone();
  const draw = (style) => () => drawTask(frame, task, input, style);
  const variants = [
    { name: "limn, instill-b", run: draw("instill-b") },
    { name: "limn", run: draw({}) },
    { name: "PNG encode of the frame", run: () => encodePng(base) },
  ];
  if (name === "semantic-8") {
    const check = (result) => {
      const wanted = decodeImage(read("../genB/bench-semantic-8.png")).toRgba();
      const wrong = result.filter((value, i) => value !== wanted[i]).length;
      if (wrong > 2) throw new Error(`${wrong} bytes differ`);
    };
    const run = () => drawStuffs(Uint8Array.from(pixels), base.width, base.height, input.stuffs);
    variants.push({ name: "plain JS of the recipe", run, check, floor: 60 });
  }
  await compare(`${name}, 1920 x 1080, drawing alone (JSON objects in)`, variants, { pixels: 1920 * 1080 });
}

function reencode(bytes) {
  const frame = decodeImage(bytes);
  const out = encodePng(frame);
  frame.free();
  return out;
}
