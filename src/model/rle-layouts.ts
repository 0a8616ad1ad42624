export type RleLayout = "coco";
export type ParseOptions = object;
export type FormatOptions = object;
export function parse(): void {}
export function format(): void {}
