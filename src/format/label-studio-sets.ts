/** Where the results of a task stand in the exports of Label Studio, and which picture they are of. */
import { type Fields, isFields, isList, toNumber } from "./fields.ts";
import { isPictureName } from "./picture-files.ts";
import { baseName, type Reading } from "./tree-reading.ts";

/** Results of one person or one model. */
export interface ResultSet {
  readonly results: ArrayLike<unknown>;
  readonly path: string;
  readonly group: "ground truth" | "predictions";
  readonly score: number | undefined;
}

/** Whose results are read; undefined for what is no task. */
export function resultSets(task: Fields, path: string, reading: Reading): ResultSet[] | undefined {
  if (isList(task["result"])) {
    // a prediction, or an annotation, without its task
    const isPrediction = "model_version" in task || ("score" in task && !("completed_by" in task));
    return [
      {
        results: task["result"],
        path: `${path}.result`,
        group: isPrediction ? "predictions" : "ground truth",
        score: scoreOf(task),
      },
    ];
  }
  const given = isList(task["annotations"]) ? "annotations" : isList(task["completions"]) ? "completions" : undefined;
  if (given === undefined && !isList(task["predictions"])) return minimalSets(task, path);
  const sets: ResultSet[] = [];
  const people = given === undefined ? [] : Array.from(task[given] as ArrayLike<unknown>);
  const usable = people
    .map((entry, i) => ({ entry, i }))
    .filter(({ entry }) => isFields(entry) && isList(entry["result"]) && entry["was_cancelled"] !== true);
  const chosen = usable.find(({ entry }) => (entry as Fields)["ground_truth"] === true) ?? usable[0];
  if (chosen) {
    sets.push({
      results: (chosen.entry as Fields)["result"] as ArrayLike<unknown>,
      path: `${path}.${given}[${chosen.i}].result`,
      group: "ground truth",
      score: undefined,
    });
    if (people.length > 1)
      reading.note(`${path}.${given}`, `${people.length} annotations of one task; number ${chosen.i} is read`);
  }
  const predictions = isList(task["predictions"]) ? Array.from(task["predictions"]) : [];
  for (const [i, entry] of predictions.entries())
    if (isFields(entry) && isList(entry["result"]))
      sets.push({
        results: entry["result"],
        path: `${path}.predictions[${i}].result`,
        group: "predictions",
        score: scoreOf(entry),
      });
  return sets;
}

/** JSON_MIN: the regions stand in the task under the name of their control. */
function minimalSets(task: Fields, path: string): ResultSet[] | undefined {
  const results: unknown[] = [];
  for (const [name, value] of Object.entries(task)) {
    if (isList(value))
      for (const region of Array.from(value)) {
        if (!isFields(region)) continue;
        const type =
          Object.keys(region).find((key) => /^(?:rectangle|polygon|keypoint|ellipse|brush)?labels$/.test(key)) ??
          typeOf(region);
        if (type)
          results.push({
            ...region,
            type: type === "labels" ? typeOf(region) : type,
            from_name: name,
            value: region,
          });
      }
    else if (isFields(value) && isList(value["choices"])) results.push({ type: "choices", from_name: name, value });
    else if (typeof value === "string" && /choice|class|category/i.test(name))
      results.push({ type: "choices", from_name: name, value: { choices: [value] } });
  }
  const isTask = results.length > 0 || "annotation_id" in task || "annotator" in task;
  return isTask ? [{ results, path, group: "ground truth", score: undefined }] : undefined;
}

function scoreOf(fields: Fields): number | undefined {
  const score = toNumber(fields["score"]);
  return Number.isFinite(score) ? score : undefined;
}

function typeOf(region: Fields): string | undefined {
  if ("rle" in region) return "brush";
  if (isList(region["points"])) return "polygon";
  if ("radiusX" in region) return "ellipse";
  return "x" in region && "width" in region && "height" in region ? "rectangle" : undefined;
}

/** The picture that a text means: a path, a link, or a link that has a path in it; undefined where it means none. */
export function pictureOfUrl(text: string): string | undefined {
  if (text.length > 4096 || text.startsWith("data:")) return undefined;
  const local = /[?&]d=([^&#]+)/.exec(text)?.[1];
  const isLink = local !== undefined || /^[A-Za-z][\w+.-]*:\/\//.test(text);
  let path = (local ?? (isLink ? text.replace(/[?#].*$/, "") : text)).replaceAll("\\", "/");
  if (isLink)
    try {
      path = decodeURIComponent(path);
    } catch {
      // a percent sign that means itself
    }
  if (!isPictureName(path) || path.includes("\0")) return undefined;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  // what is not below the folder of the pictures has only a name
  return (isLink && local === undefined) || /^(?:\/|[A-Za-z]:)/.test(path) || parts.includes("..")
    ? baseName(path)
    : parts.join("/");
}
