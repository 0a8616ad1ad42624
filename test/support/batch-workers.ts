/** The built workers of the platform that the test runs on: no thread reads TypeScript. */
const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);
// a page is served the project's root; the bundler that serves it would take an address beside `import.meta.url` for an import
const root = inNode ? new URL("../../", import.meta.url) : new URL("/", location.href);
const fromRoot = (path: string): URL => new URL(path, root);

/** limn's own. */
export const workerFile: URL = fromRoot(inNode ? "dist/batch-worker.js" : "dist/batch-worker.browser.js");

/** One that fails at jobs with certain names: see `bad-worker.mjs`. */
export const badWorker: URL = fromRoot(`test/support/bad-worker${inNode ? "" : ".browser"}.mjs`);
