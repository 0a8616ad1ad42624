/** The JSON Schema of limn's own format. */
import type { Schema } from "./limn-codec.ts";
import { HEADER, PARTS, SCENE } from "./limn-fields.ts";
import { JOB } from "./limn-jobs.ts";
import { DEFINITIONS } from "./limn-values.ts";

/** The JSON Schema (draft 2020-12) of a line. */
export function limnJsonlSchema(): Schema {
  const definitions = { header: HEADER, scene: SCENE, job: JOB, ...PARTS };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "limn-jsonl.schema.json",
    title: "A line of a limn JSON Lines file (*.limn.jsonl)",
    description:
      "The first line is a header, every other line a scene: everything that is known about one picture. The lines of " +
      "limn render --stdin-jobs are jobs ($defs/job), with headers between them or none. UTF-8; " +
      "coordinates are pixels, x to the right and y down; colours are 0xRRGGBB as numbers; maps are lists of pairs.",
    oneOf: [{ $ref: "#/$defs/header" }, { $ref: "#/$defs/scene" }],
    $defs: {
      ...Object.fromEntries(Object.entries(definitions).map(([name, { definition }]) => [name, definition])),
      ...DEFINITIONS,
    },
  };
}
