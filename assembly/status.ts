/**
 * Status codes of the kernels: a result >= 0 is a count or OK, a result < 0 is one of these.
 * `src/core/status.ts` holds the same numbers; a test keeps them equal.
 */

/** The work is done. */
export const OK: i32 = 0;
/** The bytes break the rules of their format; where a kernel reports a position, it says so at its head. */
export const BAD_DATA: i32 = -1;
/** The bytes end before the data does. */
export const TRUNCATED: i32 = -2;
/** The output does not fit in the room that the caller gave. */
export const NO_ROOM: i32 = -3;
/** Valid data in a form that is not built. */
export const UNSUPPORTED: i32 = -4;
