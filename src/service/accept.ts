/** What a client wants to be answered in. */

/** What a task can be answered in, the first where a client has no preference. */
export const ANSWER_TYPES = ["application/json", "image/png", "image/jpeg"] as const;

/** A type of {@link ANSWER_TYPES}. */
export type AnswerType = (typeof ANSWER_TYPES)[number];

/** The type that an `Accept` header wants most; undefined where it wants none of ours. */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === "") return ANSWER_TYPES[0];
  const ranges = accept.split(",").map((entry) => {
    const [range = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const value = weight === undefined ? 1 : Number(weight.replace(/^q\s*=\s*/, ""));
    return { range, weight: value >= 0 && value <= 1 ? value : 0 };
  });
  let best: { readonly type: AnswerType; readonly weight: number } | undefined;
  for (const type of ANSWER_TYPES) {
    // the closest range decides: "image/png;q=0, image/*" wants no PNG
    for (const range of [type, type.replace(/\/.*/, "/*"), "*/*"]) {
      const found = ranges.find((entry) => entry.range === range);
      if (!found) continue;
      if (found.weight > (best?.weight ?? 0)) best = { type, weight: found.weight };
      break;
    }
  }
  return best?.type;
}
