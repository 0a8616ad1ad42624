/** Starting the core from outside, for the build that holds no wasm. */
import { ImageError, show } from "../errors.ts";
import { useModule } from "./wasm.ts";

/** Where the core may come from: a compiled module, its bytes, a response, or a URL to fetch. */
export type CoreSource = WebAssembly.Module | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Response | URL | string;

let loading: Promise<void> | undefined;

/**
 * Load the wasm core. Further calls wait for the first one; after a failure the next call tries again.
 *
 * @param source - `limn/core.wasm` in one of the forms of {@link CoreSource}, or a promise of it
 * @throws {ImageError} `IO` if it cannot be fetched, `ARGUMENT` if it is not the core
 *
 * @example
 * import { loadCore } from "limn/slim";
 * import core from "limn/core.wasm"; // a WebAssembly.Module on hosts that bundle wasm
 * await loadCore(core);
 */
export function loadCore(source: CoreSource | Promise<CoreSource>): Promise<void> {
  loading ??= compileFrom(source).then(useModule);
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

async function compileFrom(source: CoreSource | Promise<CoreSource>): Promise<WebAssembly.Module> {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  let bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>;
  if (typeof given === "string" || given instanceof URL || given instanceof Response) bytes = await fetchBytes(given);
  else bytes = given;
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new ImageError("ARGUMENT", `expected the bytes of limn/core.wasm, got ${show(given)}`, { cause });
  }
}

async function fetchBytes(source: URL | string | Response): Promise<ArrayBuffer> {
  try {
    const response = source instanceof Response ? source : await fetch(source);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw new ImageError("IO", `limn/core.wasm cannot be fetched from ${show(String(source))}`, { cause });
  }
}
