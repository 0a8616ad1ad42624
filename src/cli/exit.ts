/** Exit codes. */
export const EXIT = { done: 0, failed: 1, misuse: 2, interrupted: 130, terminated: 143 } as const;
