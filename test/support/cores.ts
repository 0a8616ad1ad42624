/** The three builds of the core: SIMD (shipped), base (scalar, the second oracle), debug (asserts on). */
import { base, debug } from "../../build/variants.js";
import { Core, coreModule } from "../../src/core/wasm.ts";

export type Variant = "simd" | "base" | "debug";
export const VARIANTS: readonly Variant[] = ["simd", "base", "debug"];

const modules = new Map<Variant, WebAssembly.Module>();

/** The compiled module of a build; `useModule(variantModule("base"))` runs everything on it. */
export function variantModule(variant: Variant): WebAssembly.Module {
  let module = modules.get(variant);
  if (module === undefined) {
    module = variant === "simd" ? coreModule() : new WebAssembly.Module(fromBase64(variant === "base" ? base : debug));
    modules.set(variant, module);
  }
  return module;
}

/** A new instance of a build. */
export function newCore(variant: Variant): Core {
  return new Core(variantModule(variant));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
