import type { Frame } from "./frame.ts";
export function paintLabelMap(_f: Frame, _d: Uint8Array, _t: Uint8Array, _b?: number): void {}
