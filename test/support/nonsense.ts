/** Calls with options that no caller can mean. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../src/index.ts";

/** A public call that takes options. */
export interface OptionsCall {
  readonly call: (options: never) => unknown;
  /** Options that it cannot do without, or that keep it from the disk. */
  readonly base?: object;
  /** Names of options, each of which is given nonsense as well. */
  readonly inner?: readonly string[];
}

const NONSENSE: readonly (readonly [name: string, value: unknown])[] = [
  ["null", null],
  ["a number", 5],
  ["a text", "nonsense"],
  ["a list", ["nonsense"]],
  ["a truth", true],
];
/** An object without a field is nonsense for what is no object. */
const INNER = [...NONSENSE, ["an object", {}]] as const;

/** Every call with every nonsense: it ends as without options, or an ImageError says what was expected. */
export function testNonsenseOptions(calls: Readonly<Record<string, OptionsCall>>): void {
  describe.each(Object.entries(calls))("%s", (_, { call, base = {}, inner = [] }) => {
    const plain = errorOf(() => call(base as never));

    test("says what options are, or does without them", async () => {
      for (const [name, value] of NONSENSE) expectSense(name, await errorOf(() => call(value as never)), await plain);
    });

    for (const option of inner)
      test(`says what ${option} is, or does without it`, async () => {
        for (const [name, value] of INNER)
          expectSense(name, await errorOf(() => call({ ...base, [option]: value } as never)), await plain);
      });
  });
}

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

function expectSense(name: string, error: unknown, plain: unknown): void {
  if (error === undefined || String(error) === String(plain)) return;
  expect(error, name).toBeInstanceOf(ImageError);
  expect([(error as ImageError).code, (error as ImageError).message], name).toEqual([
    "ARGUMENT",
    expect.stringMatching(/expected/),
  ]);
}

/** The functions and classes of a module that no call has in its name, nor the list of those without options. */
export function missing(module: object, calls: object, without: readonly string[]): string[] {
  const named = new Set([...Object.keys(calls).flatMap((name) => name.split(/\W/)), ...without]);
  return Object.entries(module).flatMap(([name, value]) =>
    typeof value === "function" && !named.has(name) ? [name] : [],
  );
}
