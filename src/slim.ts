/**
 * limn without the wasm bytes inside, for hosts that forbid compiling bytes at run time: everything of `limn`, to be used
 * after {@link loadCore}.
 */
export * from "./index.ts";
export { loadCore } from "./core/load.ts";
