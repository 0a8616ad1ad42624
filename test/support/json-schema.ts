/** The part of JSON Schema (draft 2020-12) that limn's own schema uses, and not one keyword more. */

type Schema = Readonly<Record<string, unknown>>;

const KNOWN = new Set(
  "$schema $id title description $defs $ref type properties required additionalProperties propertyNames not items prefixItems minItems maxItems anyOf oneOf enum const minimum maximum pattern contentEncoding".split(
    " ",
  ),
);

/** What a value breaks of a schema: one line each, empty when it is valid. A keyword that is not known throws. */
export function violations(root: Schema, value: unknown): string[] {
  return check(root, root, value, "");
}

function check(root: Schema, schema: Schema, value: unknown, at: string): string[] {
  for (const key of Object.keys(schema)) if (!KNOWN.has(key)) throw new Error(`${key} is not known here`);
  const wrong: string[] = [];
  const inner = (own: unknown, entry: unknown, place: string): string[] => check(root, own as Schema, entry, place);
  const fail = (message: string): void => void wrong.push(`${at}: ${message}`);
  const {
    $ref: ref,
    type,
    anyOf,
    oneOf,
  } = schema as { $ref?: string; type?: string | string[]; anyOf?: Schema[]; oneOf?: Schema[] };
  if (ref) wrong.push(...inner((root["$defs"] as Record<string, Schema>)[ref.replace("#/$defs/", "")]!, value, at));
  if (type && ![type].flat().some((name) => isType(name, value))) fail(`expected ${[type].flat().join(" or ")}`);
  if (schema["enum"] && !(schema["enum"] as unknown[]).includes(value)) fail("not in the enum");
  if ("const" in schema && value !== schema["const"]) fail("not the constant");
  if (anyOf && !anyOf.some((own) => inner(own, value, at).length === 0)) fail("fits none of anyOf");
  if (oneOf) {
    const fitting = oneOf.filter((own) => inner(own, value, at).length === 0).length;
    if (fitting !== 1) fail(`fits ${fitting} of oneOf: ${oneOf.map((own) => inner(own, value, at)[0]).join(" | ")}`);
  }
  if (schema["not"] && inner(schema["not"], value, at).length === 0) fail("fits not");
  if (typeof value === "number") {
    if (value < ((schema["minimum"] as number | undefined) ?? -Infinity)) fail("below the minimum");
    if (value > ((schema["maximum"] as number | undefined) ?? Infinity)) fail("above the maximum");
  }
  if (typeof value === "string" && schema["pattern"] && !new RegExp(schema["pattern"] as string, "u").test(value))
    fail("does not match the pattern");
  if (Array.isArray(value)) {
    if (value.length < ((schema["minItems"] as number | undefined) ?? 0)) fail("too short");
    if (value.length > ((schema["maxItems"] as number | undefined) ?? Infinity)) fail("too long");
    const prefix = (schema["prefixItems"] ?? []) as Schema[];
    for (const [i, entry] of value.entries())
      if (prefix[i]) wrong.push(...inner(prefix[i], entry, `${at}[${i}]`));
      else if (schema["items"]) wrong.push(...inner(schema["items"], entry, `${at}[${i}]`));
  } else if (typeof value === "object" && value !== null) {
    const properties = new Map(Object.entries((schema["properties"] ?? {}) as Record<string, Schema>));
    for (const name of (schema["required"] ?? []) as string[]) if (!Object.hasOwn(value, name)) fail(`has no ${name}`);
    for (const [name, entry] of Object.entries(value)) {
      const own = properties.get(name);
      if (own) wrong.push(...inner(own, entry, `${at}.${name}`));
      else if (schema["additionalProperties"] === false) fail(`has the unknown field ${name}`);
      else if (schema["additionalProperties"])
        wrong.push(...inner(schema["additionalProperties"], entry, `${at}.${name}`));
      if (schema["propertyNames"]) wrong.push(...inner(schema["propertyNames"], name, `${at} (name ${name})`));
    }
  }
  return wrong;
}

function isType(name: string, value: unknown): boolean {
  switch (name) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}
