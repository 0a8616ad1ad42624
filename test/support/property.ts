/**
 * Property tests of the same cases each time, so that a run can be repeated; `LIMN_SEED` gives other ones: a number, or `random`.
 */
import fc from "fast-check";

const wanted = typeof process === "undefined" ? undefined : process.env?.["LIMN_SEED"];
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted ?? 20261121) });

export default fc;
