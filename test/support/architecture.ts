/**
 * The rules of the architecture as functions over sources: path below the project to text. Each gives a line for every
 * violation, so that the same rule runs over the project and over planted violations.
 */
import { posix } from "node:path";
import { exportedFunctions, importsOf, interfacesOf, reExports, withoutComments } from "./source-text.ts";

export type Sources = ReadonlyMap<string, string>;

const FLOORS: readonly (readonly string[])[] = [
  ["errors.ts", "join-bytes.ts", "limits.ts"],
  ["platform"],
  ["core"],
  ["model"],
  ["codec"],
  ["format"],
  ["draw"],
  ["media", "task"],
  ["batch", "viewer"],
  ["log", "service"],
  ["cli"], // and every file of src itself: the faces
];

/** Where an npm package may be imported: one file, or one folder with a slash at its end. */
const DOORS: ReadonlyMap<string, readonly string[]> = new Map([
  ["@assemblyscript/loader", ["core/wasm.ts"]],
  ["bidi-js", ["draw/fonts/chain.ts"]],
  ["cli-progress", ["cli/progress.ts"]],
  ["commander", ["cli/"]],
  ["sharp", ["platform/node.ts"]],
  ["@aws-sdk/client-s3", ["platform/node-s3.ts"]],
  ["@aws-sdk/lib-storage", ["platform/node-s3.ts"]],
  ["bullmq", ["cli/queue.ts"]],
  ["ioredis", ["cli/queue.ts"]],
  ["@noble/hashes", ["platform/browser-hash.ts"]],
  // deflate at level "small"; zip archives
  ["fflate", ["codec/png-encode.ts", "format/zip-read.ts", "format/zip-write.ts"]],
  ["fast-xml-parser", ["format/xml.ts"]],
  ["hono", ["service/service.ts"]],
  ["@hono/node-server", ["service/node-server.ts"]],
  ["tar-stream", ["format/tar-write.ts"]],
  ["tinyglobby", ["cli/globs.ts"]],
  ["yaml", ["format/yaml.ts"]],
]);

/** Files that may use Node's own modules. */
const NODE_FILES: readonly RegExp[] = [
  /^platform\/node(?:-.*)?\.ts$/,
  /^node\.ts$/,
  /^cli\//,
  /^batch\/(?:.*-)?node(?:-.*)?\.ts$/,
  /^service\/node(?:-[^/]*)?\.ts$/,
];

/** Files that may import by a computed name: an optional package, which neither compilers nor bundlers must ask for. */
const COMPUTED: readonly string[] = ["platform/node.ts"];

/** Names that open a frame's memory. */
const POINTER_NAMES = /\b(?:pointerOf|coreOf|adoptFrame)\b/g;

/** Names of the DOM; `window` would be taken for a word of other meanings. */
const PAGE_NAMES =
  /(?<![.\w"'`])(?:document\.(?:body|head|create\w+|querySelector\w*|getElement\w+|addEventListener)\b|HTML\w*Element\b|localStorage\b|requestAnimationFrame\b|matchMedia\b)/g;

/** Files of `src`, by their path below it. */
function* modulesOf(sources: Sources): Generator<[file: string, text: string]> {
  for (const [path, text] of sources) if (path.startsWith("src/")) yield [path.slice(4), text];
}

/** The folder that a file counts as: its own at the bottom, one for the faces at the top. */
function unitOf(file: string): { unit: string; floor: number } {
  const [first = "", ...rest] = file.split("/");
  const floor = FLOORS.findIndex((units) => units.includes(first));
  if (rest.length === 0) return floor === 0 ? { unit: "ground", floor } : { unit: "faces", floor: FLOORS.length - 1 };
  return { unit: first, floor };
}

/** The file of `src` that a specifier means, undefined for another package's. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier === "#platform") return "platform/node.ts";
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  return undefined;
}

/** Imports go down, or stay in their folder; every folder has a floor; nothing is imported by a computed name. */
export function floorViolations(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [file, text] of modulesOf(sources)) {
    const from = unitOf(file);
    if (from.floor < 0) wrong.push(`${file}: its folder has no floor`);
    for (const { specifier, kind } of importsOf(text)) {
      if (specifier === undefined && !COMPUTED.includes(file)) wrong.push(`${file}: imports a computed name`);
      const target = specifier === undefined ? undefined : targetOf(file, specifier);
      if (target === undefined || (kind === "url" && !target.endsWith(".ts"))) continue;
      const to = unitOf(target);
      if (target.startsWith("../")) wrong.push(`${file} -> ${target}: leaves src`);
      else if (to.floor > from.floor) wrong.push(`${file} -> ${target}: up`);
      else if (to.floor === from.floor && to.unit !== from.unit) wrong.push(`${file} -> ${target}: sideways`);
    }
  }
  return wrong;
}

/** Node's modules and npm packages come in by their doors only. */
export function doorViolations(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [file, text] of modulesOf(sources)) {
    for (const { specifier, kind } of importsOf(text)) {
      if (specifier === undefined || kind === "url" || /^[.#]/.test(specifier)) continue;
      if (specifier.startsWith("node:")) {
        if (!NODE_FILES.some((pattern) => pattern.test(file))) wrong.push(`${file} -> ${specifier}`);
        continue;
      }
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
      const doors = DOORS.get(name) ?? [];
      if (!doors.some((door) => file === door || (door.endsWith("/") && file.startsWith(door))))
        wrong.push(`${file} -> ${name}`);
    }
  }
  return wrong;
}

/** What opens a frame's memory is named inside `core` only. */
export function pointerViolations(sources: Sources): string[] {
  return Array.from(modulesOf(sources)).flatMap(([file, text]) =>
    file.startsWith("core/")
      ? []
      : Array.from(withoutComments(text).matchAll(POINTER_NAMES), ([name]) => `${file}: ${name}`),
  );
}

/** What only a page has is named in the viewer alone: everything else runs in workers and in Node too. */
export function pageViolations(sources: Sources): string[] {
  return Array.from(modulesOf(sources)).flatMap(([file, text]) =>
    /^(?:viewer\/|viewer-page\.ts$|log\/visualize\.ts$|platform\/browser|service\/page-files\.ts$)/.test(file)
      ? []
      : Array.from(withoutComments(text).matchAll(PAGE_NAMES), ([name]) => `${file}: ${name}`),
  );
}

/** The core's sources import each other and nothing else. */
export function assemblyViolations(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    if (!path.startsWith("assembly/")) continue;
    for (const { specifier } of importsOf(text))
      if (!specifier?.startsWith("./")) wrong.push(`${path} -> ${specifier ?? "a computed name"}`);
  }
  return wrong;
}

/** A file of more than 300 lines says at its head why it is long; generated ones are not looked at. */
export function lengthViolations(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    const lines = text.trimEnd().split("\n").length;
    const head = /^(?:\s*(?:\/\/[^\n]*\n|\/\*[\s\S]*?\*\/))*/.exec(text)![0];
    if (lines > 300 && !/\blong(?:er)?\b|\b300\b|\bGenerated by\b/i.test(head)) wrong.push(`${path}: ${lines} lines`);
  }
  return wrong;
}

function constantsOf(text: string): Map<string, number> {
  const matches = withoutComments(text).matchAll(/\bexport\s+const\s+(\w+)\s*(?::\s*\w+)?\s*=\s*(-?\d+)/g);
  return new Map(Array.from(matches, ([, name, value]) => [name!, Number(value)]));
}

/** Both sides of the border have the same status codes. */
export function statusViolations(sources: Sources): string[] {
  const [inside, outside] = ["assembly/status.ts", "src/core/status.ts"].map((path) =>
    constantsOf(sources.get(path) ?? ""),
  );
  const names = new Set([...inside!.keys(), ...outside!.keys()]);
  if (names.size === 0) return ["no status codes found"];
  return [...names]
    .filter((name) => inside!.get(name) !== outside!.get(name))
    .map((name) => `${name}: ${inside!.get(name)} in the core, ${outside!.get(name)} in src`);
}

/** Every kernel of the ABI is declared, with as many parameters, in an interface that `Kernels` extends; and no other is. */
export function kernelViolations(sources: Sources): string[] {
  const wrong: string[] = [];
  const index = sources.get("assembly/index.ts") ?? "";
  const abi = new Map(exportedFunctions(index).map(({ name, parameters }) => [name, parameters]));
  for (const { name, inner, from } of reExports(index)) {
    const file = posix.join("assembly", `${from}.ts`);
    const kernel = exportedFunctions(sources.get(file) ?? "").find((signature) => signature.name === inner);
    if (kernel) abi.set(name, kernel.parameters);
    else wrong.push(`${name}: not a function of ${file}`);
  }
  if (abi.size === 0) wrong.push("no kernels found");

  const interfaces = Array.from(sources)
    .filter(([path]) => path.startsWith("src/core/"))
    .flatMap(([, text]) => interfacesOf(text, "Kernels"));
  const parents = interfaces.find(({ name }) => name === "Kernels")?.parents ?? [];
  const bound = new Map<string, number>();
  for (const { name, methods } of interfaces) {
    if (name !== "Kernels" && !parents.includes(name)) wrong.push(`${name}: Kernels does not extend it`);
    for (const method of methods) bound.set(method.name, method.parameters);
  }
  for (const [name, parameters] of abi) {
    const declared = bound.get(name);
    if (declared === undefined) wrong.push(`${name}: exported, but in no Kernels interface`);
    else if (declared !== parameters) wrong.push(`${name}: ${parameters} parameters, ${declared} declared`);
  }
  for (const name of bound.keys()) if (!abi.has(name)) wrong.push(`${name}: declared, but not exported`);
  return wrong;
}
