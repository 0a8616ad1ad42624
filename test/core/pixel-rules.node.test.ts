import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as binding from "../../src/core/pixels.ts";

const source = (path: string): string => readFileSync(new URL(`../../assembly/${path}`, import.meta.url), "utf8");

test("the binding's rules have the kernels' numbers", () => {
  const rules = [...source("pixels-rules.ts").matchAll(/^export const ([A-Z_]+): i32 = (\d+);$/gm)];
  expect(rules.length).toBe(6);
  for (const [, name, value] of rules)
    expect((binding as Record<string, unknown>)[`RULE_${name}`], name).toBe(Number(value));
});

test("the binding's whole element types have the kernels' numbers", () => {
  const types = [...source("pixels-int.ts").matchAll(/^const ([UI])(\d+): i32 = (\d+);$/gm)];
  expect(types.length).toBe(7);
  for (const [, sign, bits, value] of types)
    expect(binding.ELEMENTS.indexOf(`${sign === "U" ? "uint" : "int"}${bits}` as binding.Element)).toBe(Number(value));
});
