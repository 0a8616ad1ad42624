/** `limn/service/node`: the service on a port of Node's. */
export { type FetchRules, isPublicAddress, pictureFetcher } from "./node-fetch.ts";
export { type Hosts, hostsOf, isReachable, listen, type Listening, type ListenOptions } from "./node-server.ts";
