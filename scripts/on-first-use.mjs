/**
 * A rollup plugin that runs a package when something of it is first called, not when the bundle is imported. For packages
 * that calculate tables as they load: fflate's take 6 to 8 ms of a start.
 */
import { rollup } from "rollup";

/**
 * @param file - what the path of the package's module ends with
 * @param names - the exports that are used: functions, and classes, which are told by their capital letter
 */
export function onFirstUse(file, names) {
  const inner = "?whole";
  return {
    name: "on-first-use",
    async load(id) {
      if (!id.endsWith(file)) return null;
      const entry = {
        name: "entry",
        resolveId: (source) => (source === inner ? inner : null),
        load: (source) => (source === inner ? `export { ${names.join(", ")} } from ${JSON.stringify(id)};` : null),
      };
      const bundle = await rollup({ input: inner, plugins: [entry] });
      const { output } = await bundle.generate({ format: "iife", name: "module", exports: "named", strict: false });
      const wrapper = (name) =>
        /^[A-Z]/.test(name)
          ? `export function ${name}(...values) { return new (whole().${name})(...values); }`
          : `export function ${name}(...values) { return whole().${name}(...values); }`;
      return `let loaded;
function whole() {
  if (loaded) return loaded;
  ${output[0].code}
  return (loaded = module);
}
${names.map(wrapper).join("\n")}`;
    },
  };
}
