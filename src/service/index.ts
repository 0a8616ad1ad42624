/** `limn/service`: tasks over HTTP, as a function of requests. */
import "../core/wasm-bytes.ts"; // first, as in src/index.ts
import "../draw/font-data.ts";

export type { RequestRecord, Service, ServiceOptions } from "./options.ts";
export { createService } from "./service.ts";
