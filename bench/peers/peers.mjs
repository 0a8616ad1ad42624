/**
 * The rivals, each with its version and the calls that the benches make, as fast as its documentation allows: one thread,
 * no cache, RGB where it takes RGB. A rival that is not installed is left out.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
let folder;
let files = 0;

async function optional(load) {
  if (!process.env.LIMN_PEERS) return undefined;
  try {
    return await load();
  } catch (error) {
    console.warn(`a rival is left out: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

/** sharp, on one thread and without its cache. */
export const sharp = await optional(async () => {
  const module = (await import("sharp")).default;
  module.concurrency(1);
  module.cache(false);
  return { module, name: `sharp ${version("sharp")}` };
});

export const canvas = await optional(async () => ({
  ...(await import("@napi-rs/canvas")),
  name: `@napi-rs/canvas ${version("@napi-rs/canvas")}`,
}));

export const fastPng = await optional(async () => ({
  ...(await import("fast-png")),
  name: `fast-png ${version("fast-png")}`,
}));

export const upng = await optional(async () => ({
  ...(await import("upng-js")).default,
  name: `upng-js ${version("upng-js")}`,
}));

export const pngjs = await optional(async () => ({
  PNG: (await import("pngjs")).default.PNG,
  name: `pngjs ${version("pngjs")}`,
}));

export const jpegJs = await optional(async () => ({
  ...(await import("jpeg-js")).default,
  name: `jpeg-js ${version("jpeg-js")}`,
}));

export const fflate = await optional(async () => ({
  ...(await import("fflate")),
  name: `fflate ${version("fflate")}`,
}));

/** @jsquash/png: Rust in wasm; wants its module by hand in Node, and RGBA. */
export const jsquashPng = await optional(async () => {
  const bytes = await readFile(require.resolve("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"));
  const { default: encode, init } = await import("@jsquash/png/encode.js");
  await init(await WebAssembly.compile(bytes));
  return { encode, name: `@jsquash/png ${version("@jsquash/png")}` };
});

/** @jsquash/jpeg: MozJPEG in wasm. */
export const jsquashJpeg = await optional(async () => {
  globalThis.ImageData ??= class {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  };
  const compile = async (name) =>
    WebAssembly.compile(await readFile(require.resolve(`@jsquash/jpeg/codec/${name}.wasm`)));
  const decoder = await import("@jsquash/jpeg/decode.js");
  const encoder = await import("@jsquash/jpeg/encode.js");
  await decoder.init(await compile("dec/mozjpeg_dec"));
  await encoder.init(await compile("enc/mozjpeg_enc"));
  return { decode: decoder.default, encode: encoder.default, name: `@jsquash/jpeg ${version("@jsquash/jpeg")}` };
});

/** libjpeg-turbo in wasm; gives a view on its memory, as limn does. */
export const cornerstone = await optional(async () => {
  const package_ = "@cornerstonejs/codec-libjpeg-turbo-8bit";
  const codec = await require(`${package_}/wasmjs`)();
  const decoder = new codec.JPEGDecoder();
  const encoder = new codec.JPEGEncoder();
  return {
    name: `cornerstone libjpeg-turbo ${version(package_)}`,
    decode(bytes) {
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
      return decoder.getDecodedBuffer();
    },
    encode(rgb, width, height, quality, subSampling) {
      const source = encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount: 3, isSigned: false });
      source.set(rgb);
      encoder.setProgressive(false);
      encoder.setQuality(quality);
      encoder.setSubSampling?.(subSampling);
      encoder.encode();
      return encoder.getEncodedBuffer();
    },
  };
});

/**
 * Python's side, in a long-lived process: a call names a job of `rivals.py` and gives its fastest time in milliseconds,
 * measured there. `python` is `LIMN_PYTHON`, else `python3`; its libraries differ, `versions` names them.
 */
export const python = await optional(() => startPython(process.env.LIMN_PYTHON ?? "python3"));

/** The python whose Pillow is the yardstick for PNG: 9.4, as Debian 12 has it (`LIMN_PILLOW`, else `/usr/bin/python3`). */
export const pillow = await optional(async () => {
  const started = await startPython(process.env.LIMN_PILLOW ?? "/usr/bin/python3");
  const { PIL } = started.versions;
  if (PIL?.startsWith("9.4.")) return { ...started, name: `Pillow ${PIL}` };
  started.stop();
  throw new Error(`Pillow ${PIL ?? "none"} in place of 9.4`);
});

async function startPython(command) {
  const child = spawn(command, [fileURLToPath(new URL("rivals.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const started = new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  await started;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hold = (on) => {
    for (const handle of [child, child.stdin, child.stdout]) handle[on ? "ref" : "unref"]?.();
  };
  const call = async (request) => {
    hold(true);
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    hold(false);
    if (done) throw new Error("python stopped");
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  };
  const { versions } = await call({ job: "versions" });
  return { call, versions, stop: () => child.stdin.end() };
}

/** Raw pixels in a file of their own, for Python; gone when the process ends. */
export function rawFile(bytes) {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), "limn-bench-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  const path = join(folder, String(files++));
  writeFileSync(path, bytes);
  return path;
}
