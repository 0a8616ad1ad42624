/**
 * The main job, files in and files out: a JPEG is read and decoded, ten masks (COCO strings) and twenty labelled boxes are
 * drawn on it, and a PNG is encoded and written. Per core against rivals, each on one thread and in a process of its own; then
 * where the time goes; two
 * workers against one thread; and whole runs of the command line from a cold start.
 *
 * Rivals in JavaScript decode the masks with the plain-JS twin, as none of them reads COCO strings; all get the same boxes
 * and texts. Files lie in `LIMN_BENCH_FOLDER`, else in memory (`/dev/shm`) where there is such a place: a disk that is busy
 * with the last run would decide about the next. `LIMN_BENCH_PARTS` names the parts to run: `rivals,steps,threads,runs`.
 */
import { strict as assert } from "node:assert";
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderBatch, renderJob } from "../dist/batch.js";
import { decodePng } from "../build/js/codec/png-decode.js";
import { resolveStyle } from "../build/js/draw/style.js";
import { compare, median, record } from "./harness.mjs";
import { cocoOf, jobsOf, STYLE, textOf, writePhotos } from "./batch/jobs.mjs";
import { photoKind, SIZES } from "./inputs.mjs";
import { python } from "./peers/peers.mjs";

const FLOORS = {
  640: { svg: 10, tuned: 4.5, canvas: 20, python: 6 },
  1920: { svg: 12, tuned: 4.5, canvas: 30, python: 9 },
};
const PARTS = (process.env.LIMN_BENCH_PARTS ?? "rivals,steps,threads,runs").split(",");
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const SIDE = fileURLToPath(new URL("batch/side.mjs", import.meta.url));
const STEPS = ["read", "decode", "draw", "encode", "write"];

const root = mkdtempSync(join(folderForFiles(), "limn-batch-"));
process.once("exit", () => rmSync(root, { recursive: true, force: true }));
console.log(`\nFiles in ${root}; ${photoKind}; load ${loadavg()[0].toFixed(1)}.`);

const spent = [];
for (const [width, height] of SIZES) {
  const jobs = makeJobs(width, height);
  if (PARTS.includes("rivals")) await againstRivals(jobs, width, height);
  if (PARTS.includes("steps")) spent.push(...(await whereItGoes(jobs, width, height)));
  if (PARTS.includes("threads")) await twoWorkers(jobs, width, height);
  if (PARTS.includes("runs")) wholeRuns(jobs, width, height);
}
if (spent.length > 0) {
  console.log("\n| ms a picture | " + STEPS.join(" | ") + " | between | all |");
  console.log("| --- |" + " ---: |".repeat(STEPS.length + 2));
  for (const row of spent) console.log(`| ${row.join(" | ")} |`);
}
python?.stop();

function folderForFiles() {
  if (process.env.LIMN_BENCH_FOLDER) return process.env.LIMN_BENCH_FOLDER;
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}

function makeJobs(width, height) {
  const images = join(root, String(width));
  mkdirSync(images);
  return jobsOf(images, writePhotos(images, width, height), width, height);
}

function newFolder(name) {
  return mkdtempSync(join(root, `${name}-`));
}

/** One of the sides, in a process of its own; undefined if it cannot be had. */
async function startSide(side, jobs, width, height) {
  const out = newFolder(side);
  const args = [side, jobs[0].images, jobs.length, width, height, out].map(String);
  const child = fork(SIDE, args, { execArgv: ["--conditions=unbundled"] });
  const next = () => once(child, "message").then(([message]) => message);
  const { name } = await next();
  if (name === undefined) return void child.disconnect();
  const measure = () => (child.send("go"), next());
  return { name, out, measure, stop: () => child.disconnect() };
}

async function againstRivals(jobs, width, height) {
  const floors = FLOORS[width];
  const pixels = (out) =>
    jobs.map((_, i) => {
      const frame = decodePng(new Uint8Array(readFileSync(join(out, `${i}.png`))));
      const rgba = frame.toRgba();
      frame.free();
      return rgba;
    });
  const size = (out) => {
    const sum = jobs.reduce((bytes, _, i) => bytes + readFileSync(join(out, `${i}.png`)).length, 0);
    return `${(sum / jobs.length / 1000).toFixed(0)} kB`;
  };
  const ours = await startSide("limn", jobs, width, height);
  await ours.measure();
  const expected = pixels(ours.out);
  /** Letters and line joints differ from rival to rival; photo, masks and boxes must not. */
  const check = (out) => {
    for (const [i, rgba] of pixels(out).entries()) {
      assert.equal(rgba.length, expected[i].length);
      let far = 0;
      for (let p = 0; p < rgba.length; p += 4)
        if (Math.abs(rgba[p] - expected[i][p]) + Math.abs(rgba[p + 1] - expected[i][p + 1]) > 40) far++;
      const share = (far * 4) / rgba.length;
      assert.ok(share < 0.12, `${(share * 100).toFixed(1)} % of the pixels differ`);
    }
    return size(out);
  };

  const variants = [{ ...ours, check: () => size(ours.out) }];
  for (const key of ["svg", "tuned", "canvas"]) {
    const side = await startSide(key, jobs, width, height);
    if (side) variants.push({ ...side, floor: floors[key], check: () => check(side.out) });
  }
  const { cv2, supervision } = python?.versions ?? {};
  if (cv2) {
    const out = newFolder("python");
    const style = resolveStyle(STYLE, width, height);
    const request = {
      job: "annotate_files",
      palette: style.palette,
      line: Math.round(style.boxWidth),
      fontSize: style.fontSize,
      files: jobs.map((job, i) => ({
        from: job.file,
        to: join(out, `${i}.png`),
        rles: job.masks.map(({ segmentation }) => segmentation.rle),
        maskClasses: job.masks.map(({ categoryId }) => categoryId),
        boxes: job.boxes.map(({ box: { x, y, width: w, height: h } }) => [x, y, x + w, y + h]),
        boxClasses: job.boxes.map(({ categoryId }) => categoryId),
        labels: job.boxes.map(textOf),
      })),
    };
    variants.push({
      name: `OpenCV ${cv2} by hand`,
      measure: async () => (await python.call({ ...request, hand: true })).ms,
      check: () => check(out),
    });
    if (supervision)
      variants.push({
        name: `OpenCV ${cv2} and supervision ${supervision}`,
        floor: floors.python,
        measure: async () => (await python.call({ ...request, hand: false })).ms,
        check: () => check(out),
      });
  }
  await compare(
    `batch: JPEG file, 10 masks, 20 labelled boxes, PNG file; ${jobs.length} photos, ${width} x ${height}, one core`,
    variants,
    { pixels: width * height * jobs.length, calls: 4, warm: 4000 },
  );
  for (const { stop } of variants) stop?.();
}

/**
 * Milliseconds of each step, the mean over the photos; of each photo the fastest tenth of its turns, so that a neighbour's
 * burst is not counted.
 */
async function whereItGoes(jobs, width, height) {
  const rows = [];
  for (const type of ["png", "jpg"]) {
    const out = newFolder("steps");
    const turns = jobs.map(() => []);
    const count = width > 640 ? 160 : 600;
    for (let i = -count; i < count; i++) {
      const { images, scene: made } = jobs[(i + count) % jobs.length];
      const start = performance.now();
      const { times } = await renderJob({ scene: made, images, out, output: `${i % 16}.${type}`, type, style: STYLE });
      if (i >= 0) turns[(i + count) % jobs.length].push({ ...times, all: performance.now() - start });
    }
    const fastest = (list) => list.sort((a, b) => a.all - b.all).slice(0, Math.ceil(list.length / 10));
    const taken = turns.flatMap(fastest);
    const mean = (name) => taken.reduce((sum, times) => sum + times[name], 0) / taken.length;
    const steps = STEPS.map(mean);
    const all = mean("all");
    const cells = [...steps, all - steps.reduce((sum, value) => sum + value, 0)];
    const share = (value) => `${value.toFixed(2)} (${((value / all) * 100).toFixed(0)} %)`;
    rows.push([`${width} x ${height}, ${type.toUpperCase()}`, ...cells.map(share), all.toFixed(2)]);
  }
  return rows;
}

/**
 * Two streams that run all the time, one by this thread, one by two workers; results are taken from the one, then from the
 * other, and who is not asked stands still (that is the batch's own back-pressure). So both are warm and meet the same
 * neighbours.
 */
async function twoWorkers(jobs, width, height) {
  const images = jobs[0].images;
  function* endless() {
    for (let i = 0; ; i++) yield { scene: jobs[i % jobs.length].scene, name: `${i}.png` };
  }
  const open = (concurrency) => {
    const out = newFolder(`threads-${concurrency}`);
    const options = { images, output: { folder: out }, style: STYLE, concurrency };
    return { out, stream: renderBatch(endless(), options), times: [] };
  };
  const [one, two] = [open(1), open(2)];
  const written = [];
  const take = async ({ stream }, count) => {
    for (let i = 0; i < count; i++) {
      const { value } = await stream.next();
      if (value.error) throw value.error;
      written.push(value.picture.path);
    }
  };
  const [warm, window, rounds] = width > 640 ? [240, 60, 9] : [1600, 200, 9];
  await take(two, warm * 2);
  await take(one, warm);
  for (let i = 0; i < 12; i++)
    assert.ok(readFileSync(join(one.out, `${i}.png`)).equals(readFileSync(join(two.out, `${i}.png`))), `file ${i}`);
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 ? [one, two] : [two, one]) {
      for (const path of written.splice(0)) unlinkSync(path);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await take(side, 24); // what was made ahead
      const start = performance.now();
      await take(side, window);
      side.times.push((performance.now() - start) / window);
    }
  await one.stream.return();
  await two.stream.return();
  const best = ({ times }) => Math.min(...times);
  const ratio = best(one) / best(two);
  const pairs = one.times.map((time, i) => time / two.times[i]);
  const wanted = 1.85;
  console.log(
    `\ntwo workers against one thread, ${width} x ${height}: ${(1000 / best(one)).toFixed(0)} and ` +
      `${(1000 / best(two)).toFixed(0)} pictures a second at best, x${ratio.toFixed(2)} ` +
      `(pair by pair: median x${median(pairs).toFixed(2)}), floor x${wanted} ${ratio >= wanted ? "ok" : "MISSED"}`,
  );
  record({
    title: `batch, ${width} x ${height}, two workers`,
    against: "one thread",
    wanted: `x${wanted}`,
    reached: `x${ratio.toFixed(2)}`,
    ok: ratio >= wanted,
  });
}

/** `limn render` from start to end, seconds, the fastest of some. */
function wholeRuns(jobs, width, height) {
  const sizes = width > 640 ? [4, 12, 33, 100, 300] : [8, 33, 100, 300, 1000];
  console.log(`\n| seconds of \`limn render\`, ${width} x ${height} | one thread | two workers | by itself |`);
  console.log("| --- | ---: | ---: | ---: |");
  for (const count of sizes) {
    const file = join(root, `${width}-${count}.json`);
    writeFileSync(file, JSON.stringify(cocoOf(jobs, count, width, height)));
    const best = [Infinity, Infinity, Infinity];
    for (let round = 0; round < (count > 200 ? 3 : 5); round++)
      for (const [i, flags] of [["--jobs", "1"], ["--jobs", "2"], []].entries()) {
        const out = newFolder("run");
        const args = [CLI, "render", file, "--images", jobs[0].images, "--out", out, "--quiet", ...flags];
        const start = performance.now();
        const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        best[i] = Math.min(best[i], performance.now() - start);
        assert.equal(status, 0, stderr);
        rmSync(out, { recursive: true });
      }
    console.log(`| ${count} pictures | ${best.map((ms) => (ms / 1000).toFixed(2)).join(" | ")} |`);
  }
}
