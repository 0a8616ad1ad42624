/** Status codes of the kernels: the same numbers as `assembly/status.ts`, kept equal by a test. */
export const OK = 0;
export const BAD_DATA = -1;
export const TRUNCATED = -2;
export const NO_ROOM = -3;
export const UNSUPPORTED = -4;
