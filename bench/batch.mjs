/**
 * The main job, files in and files out: a JPEG is read and decoded, ten masks (COCO strings) and twenty labelled boxes are
 * drawn on it, and a PNG is encoded and written. Per core against rivals, each on one thread; then where the time goes; two
 * workers against one thread; and whole runs of the command line from a cold start.
 *
 * Rivals in JavaScript decode the masks with the plain-JS twin, as none of them reads COCO strings; all get the same boxes
 * and texts. Files lie in `LIMN_BENCH_FOLDER`, else in memory (`/dev/shm`) where there is such a place: a disk that is busy
 * with the last run would decide about the next. `LIMN_BENCH_PARTS` names the parts to run: `rivals,steps,threads,runs`.
 */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
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
import { photoKind, photos, scene, SIZES } from "./inputs.mjs";
import { canvas, python, sharp } from "./peers/peers.mjs";
import { paint } from "./twins/mask-paint.mjs";
import { decode } from "./twins/rle.mjs";

const STYLE = { maskAlpha: 0.5 };
const FLOORS = {
  640: { svg: 10, tuned: 4.5, canvas: 20, python: 6 },
  1920: { svg: 12, tuned: 4.5, canvas: 30, python: 9 },
};
const PARTS = (process.env.LIMN_BENCH_PARTS ?? "rivals,steps,threads,runs").split(",");
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
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

/** Photos as files, each with its scene. */
function makeJobs(width, height) {
  const images = join(root, String(width));
  mkdirSync(images);
  return photos(width, height).map(({ jpeg }, i) => {
    const fileName = `${i}.jpg`;
    writeFileSync(join(images, fileName), jpeg);
    const made = { ...scene(width, height, { group: i }), fileName };
    const masks = made.annotations.filter(({ segmentation }) => segmentation);
    const boxes = made.annotations.filter(({ box }) => box);
    return { images, file: join(images, fileName), scene: made, masks, boxes };
  });
}

function newFolder(name) {
  return mkdtempSync(join(root, `${name}-`));
}

async function againstRivals(jobs, width, height) {
  const out = newFolder("out");
  const images = jobs[0].images;
  const style = resolveStyle(STYLE, width, height);
  const css = (id) => `#${style.palette[id].toString(16).padStart(6, "0")}`;
  const textOf = ({ category, score }) => `${category} ${score.toFixed(2)}`;
  const fileOf = (i) => join(out, `${i}.png`);
  const each = async (work) => {
    for (const [i, job] of jobs.entries()) await work(job, fileOf(i));
  };
  const pixels = () =>
    jobs.map((_, i) => {
      const frame = decodePng(new Uint8Array(readFileSync(fileOf(i))));
      const rgba = frame.toRgba();
      frame.free();
      return rgba;
    });

  const ours = async () => {
    for (const [i, { scene: made }] of jobs.entries())
      await renderJob({ scene: made, images, out, output: `${i}.png`, type: "png", style: STYLE });
  };
  await ours();
  const expected = pixels();
  const size = () => {
    const sum = jobs.reduce((bytes, _, i) => bytes + readFileSync(fileOf(i)).length, 0);
    return `${(sum / jobs.length / 1000).toFixed(0)} kB`;
  };
  /** Letters and line joints differ from rival to rival; photo, masks and boxes must not. */
  const check = () => {
    for (const [i, rgba] of pixels().entries()) {
      assert.equal(rgba.length, expected[i].length);
      let far = 0;
      for (let p = 0; p < rgba.length; p += 4)
        if (Math.abs(rgba[p] - expected[i][p]) + Math.abs(rgba[p + 1] - expected[i][p + 1]) > 40) far++;
      const share = (far * 4) / rgba.length;
      assert.ok(share < 0.12, `${(share * 100).toFixed(1)} % of the pixels differ`);
    }
    return size();
  };

  /** What many do: an SVG of outlines, plates and text, and a picture of the masks, composited by sharp. */
  const svgOf = ({ boxes }) => {
    const plate = Math.round(style.fontSize * 1.4);
    const parts = boxes.map(({ box, categoryId, ...rest }) => {
      const fill = css(categoryId);
      const text = textOf(rest);
      return (
        `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="${fill}" stroke-width="${style.boxWidth}"/>` +
        `<rect x="${box.x}" y="${box.y - plate}" width="${text.length * style.fontSize * 0.56 + style.fontSize * 0.8}" height="${plate}" rx="3" fill="${fill}"/>` +
        `<text x="${box.x + style.fontSize * 0.4}" y="${box.y - plate * 0.28}" font-family="sans-serif" font-size="${style.fontSize}">${text}</text>`
      );
    });
    return Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join("")}</svg>`,
    );
  };
  const layerOf = ({ masks }) => {
    const layer = Buffer.alloc(width * height * 4);
    const words = new Uint32Array(layer.buffer, layer.byteOffset, width * height);
    for (const { segmentation, categoryId } of masks) {
      const mask = decode(segmentation.rle.counts, height, width);
      const value = style.palette[categoryId];
      const word = ((128 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
      for (let i = 0; i < mask.length; i++) if (mask[i]) words[i] = word;
    }
    return layer;
  };
  const variants = [{ name: "limn", run: ours, check: size }];
  const floors = FLOORS[width];
  if (sharp) {
    const { module, name } = sharp;
    const raw4 = { raw: { width, height, channels: 4 } };
    variants.push({
      name: `${name}, SVG and a mask layer composited`,
      floor: floors.svg,
      run: () =>
        each((job, file) =>
          module(job.file)
            .composite([{ input: layerOf(job), ...raw4 }, { input: svgOf(job) }])
            .png()
            .toFile(file),
        ),
      check,
    });
    variants.push({
      name: `${name}, tuned: masks into raw pixels, SVG for boxes and labels, PNG level 1`,
      floor: floors.tuned,
      run: () =>
        each(async (job, file) => {
          const { data } = await module(job.file, { ignoreIcc: true })
            .ensureAlpha()
            .raw()
            .toBuffer({ resolveWithObject: true });
          for (const { segmentation, categoryId } of job.masks)
            paint(data, segmentation.rle.counts, height, width, style.palette[categoryId], 128);
          await module(data, raw4)
            .composite([{ input: svgOf(job) }])
            .removeAlpha()
            .png({ compressionLevel: 1 })
            .toFile(file);
        }),
      check,
    });
  }
  if (canvas)
    variants.push({
      name: canvas.name,
      floor: floors.canvas,
      run: () =>
        each(async (job, file) => {
          const image = await canvas.loadImage(readFileSync(job.file));
          const board = canvas.createCanvas(width, height);
          const context = board.getContext("2d");
          context.drawImage(image, 0, 0);
          const picture = context.getImageData(0, 0, width, height);
          for (const { segmentation, categoryId } of job.masks)
            paint(picture.data, segmentation.rle.counts, height, width, style.palette[categoryId], 128);
          context.putImageData(picture, 0, 0);
          context.font = `${style.fontSize}px sans-serif`;
          context.lineWidth = style.boxWidth;
          const plate = Math.round(style.fontSize * 1.4);
          for (const annotation of job.boxes) {
            const { box, categoryId } = annotation;
            const text = textOf(annotation);
            context.strokeStyle = context.fillStyle = css(categoryId);
            context.strokeRect(box.x, box.y, box.width, box.height);
            context.fillRect(box.x, box.y - plate, context.measureText(text).width + style.fontSize * 0.8, plate);
            context.fillStyle = "#000";
            context.fillText(text, box.x + style.fontSize * 0.4, box.y - plate * 0.28);
          }
          writeFileSync(file, await board.encode("png"));
        }),
      check,
    });
  const { cv2, supervision } = python?.versions ?? {};
  if (cv2) {
    const request = {
      job: "annotate_files",
      palette: style.palette,
      line: Math.round(style.boxWidth),
      fontSize: style.fontSize,
      files: jobs.map((job, i) => ({
        from: job.file,
        to: fileOf(i),
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
      check,
    });
    if (supervision)
      variants.push({
        name: `OpenCV ${cv2} and supervision ${supervision}`,
        floor: floors.python,
        measure: async () => (await python.call({ ...request, hand: false })).ms,
        check,
      });
  }
  await compare(
    `batch: JPEG file, 10 masks, 20 labelled boxes, PNG file; ${jobs.length} photos, ${width} x ${height}, one core`,
    variants,
    { pixels: width * height * jobs.length },
  );
}

/** Milliseconds of each step, the fastest tenth of all pictures, so that a neighbour's burst is not counted. */
async function whereItGoes(jobs, width, height) {
  const rows = [];
  for (const type of ["png", "jpg"]) {
    const out = newFolder("steps");
    const taken = [];
    const count = width > 640 ? 160 : 600;
    for (let i = -count; i < count; i++) {
      const { images, scene: made } = jobs[(i + count) % jobs.length];
      const start = performance.now();
      const { times } = await renderJob({ scene: made, images, out, output: `${i % 16}.${type}`, type, style: STYLE });
      if (i >= 0) taken.push({ ...times, all: performance.now() - start });
    }
    taken.sort((a, b) => a.all - b.all).length = Math.ceil(taken.length / 10);
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

/** The scenes as a COCO file in which the photos come again and again. */
function cocoOf(jobs, count, width, height) {
  const names = new Map(jobs.flatMap(({ boxes }) => boxes.map(({ categoryId, category }) => [categoryId, category])));
  const images = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    file_name: `${i % jobs.length}.jpg`,
    width,
    height,
  }));
  let id = 1;
  const annotations = images.flatMap(({ id: image_id }) =>
    jobs[(image_id - 1) % jobs.length].scene.annotations.map(({ segmentation, box, categoryId }) => ({
      id: id++,
      image_id,
      category_id: categoryId + 1,
      ...(segmentation ? { segmentation: segmentation.rle, iscrowd: 0 } : {}),
      ...(box ? { bbox: [box.x, box.y, box.width, box.height] } : {}),
    })),
  );
  const categories = Array.from({ length: 10 }, (_, i) => ({ id: i + 1, name: names.get(i) ?? `class ${i}` }));
  return { images, annotations, categories };
}
