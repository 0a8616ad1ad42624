/** `limn serve`: tasks over HTTP. */
import { readFileSync } from "#platform";
import { Command, InvalidArgumentError } from "commander";
import { registerFont } from "../draw/fonts/registry.ts";
import { ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Listening } from "../service/node.ts";
import { slugOf, taskNames } from "../task/names.ts";
import { gathered, wholeNumber } from "./args.ts";
import { EXIT } from "./exit.ts";
import { loadTaskStyle, TASK_STYLE_NAMES } from "./style.ts";
import { safeJson, safeText } from "./terminal.ts";
import { version } from "./version.ts";

interface ServeFlags {
  readonly port: number;
  readonly host?: string;
  readonly workers?: number;
  readonly queue: number;
  readonly maxBody: number;
  readonly maxPixels?: number;
  readonly timeLimit: number;
  readonly clientTime: number;
  readonly grace: number;
  readonly style?: string;
  readonly font?: readonly string[];
  readonly tokenFile?: string;
  readonly allowHost?: readonly string[];
  readonly cors?: string[];
  readonly allowFetch?: readonly string[];
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  On this machine; open http://127.0.0.1:8080 in a browser to try it:
    $ limn serve
  A photo and what a model said about it in, a picture out:
    $ curl http://127.0.0.1:8080/v1/tasks/detection -H 'Accept: image/png' \\
        -F image=@photo.jpg -F input=@det.json -o annotated.png
  The same as JSON, {"image": "data:image/png;base64,…"} in the answer:
    $ curl http://127.0.0.1:8080/v1/tasks/detection -H 'Content-Type: application/json' -d @job.json
  For other machines, behind a name, with a token:
    $ LIMN_TOKEN=… limn serve --host 0.0.0.0 --allow-host draw.example.org

Tasks: ${taskNames.map(slugOf).join(", ")}.
Pages: /  /openapi.json  /healthz  /metrics
Styles: ${TASK_STYLE_NAMES.join(", ")}, or a .json file.

Logs are lines of JSON on the standard output; they hold no pictures, inputs or tokens.
SIGTERM and SIGINT stop it: what it has accepted is finished, new tasks are refused. A second one ends it at once.

Exit codes:
  0  stopped, everything accepted was answered
  1  stopped, something was cut off; or the port cannot be had
  2  wrong use
`;

/** The command; the exit code goes to `done`. */
export function serveCommand(done: (code: number) => void): Command {
  return new Command("serve")
    .summary("draw what models say about pictures, over HTTP")
    .description("Run tasks over HTTP: JSON or forms in, JSON or pictures out, drawn by a pool of workers.")
    .option("--port <N>", "port to listen on; 0 is any that is free", wholeNumber(0, 65535), 8080)
    .option("--host <NAME>", "address to listen on; 0.0.0.0 is all (default: 127.0.0.1)")
    .option("--workers <N>", "threads that draw (default: one for each core)", wholeNumber(1, 1024))
    .option("--queue <N>", "requests that may wait; more are refused with 429", wholeNumber(0, 1e6), 64)
    .option("--style <NAME|file.json>", "how to draw where a request does not say; names are listed below")
    .option("--font <file>", "a font for scripts that the built-in one has not; may come again", gathered)
    .option("--max-body <MiB>", "largest body", wholeNumber(1, 1024), 32)
    .option("--max-pixels <N>", `largest picture (default: ${limits.maxPixels})`, wholeNumber(1, 2 ** 32))
    .option("--time-limit <s>", "longest that one request may keep a worker", wholeNumber(1, 86400), 30)
    .option("--client-time <s>", "longest that a client may take to send, or not to read", wholeNumber(1, 86400), 30)
    .option("--grace <s>", "longest that stopping may take", wholeNumber(0, 86400), 30)
    .option("--token-file <file>", "requests need the token in this file (or in the variable LIMN_TOKEN)")
    .option("--allow-host <NAME>", "answer to this name too; * is any; may be given more than once", gathered)
    .option("--cors <ORIGIN>", "let pages of https://example.org use it; may be given more than once", origin)
    .option(
      "--allow-fetch <HOST>",
      "fetch pictures that are given by an address of this host; more than once",
      gathered,
    )
    .option("--quiet", "log no requests")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ServeFlags) => done(await run(flags)));
}

function origin(value: string, before: readonly string[] = []): string[] {
  if (value !== "*" && !(URL.canParse(value) && new URL(value).origin === value))
    throw new InvalidArgumentError("Expected an origin without a path, as in https://example.org.");
  return [...before, value];
}

async function run(flags: ServeFlags): Promise<number> {
  const { port, workers, queue, maxBody, maxPixels, allowHost, cors, allowFetch = [] } = flags;
  // as addresses have it, or bare
  const host = flags.host?.replace(/^\[(.+)\]$/, "$1") ?? "127.0.0.1";
  const [timeLimit, clientTime, grace] = [flags.timeLimit, flags.clientTime, flags.grace].map((s) => s * 1000) as [
    number,
    number,
    number,
  ];
  const log = (record: object): void => void process.stdout.write(`${safeJson(record)}\n`);
  // only here, so that no other command pays for it
  const { hostsOf, isReachable, listen, pictureFetcher } = await import("../service/node.ts");
  const { createService } = await import("../service/index.ts");
  let misuse = true;
  try {
    const style = flags.style === undefined ? undefined : loadTaskStyle(flags.style);
    const token = tokenOf(flags.tokenFile);
    const { names: hosts, anyAddress } = hostsOf(host, allowHost);
    for (const font of flags.font ?? []) await registerFont(font);
    if (maxPixels !== undefined) limits.maxPixels = maxPixels;
    const maxBytes = maxBody * 2 ** 20;
    const service = createService({
      workers,
      queue,
      timeLimit,
      maxBody: maxBytes,
      bodyTime: clientTime,
      style,
      hosts,
      anyAddress,
      origins: cors,
      token,
      fetchPicture: allowFetch.length === 0 ? undefined : pictureFetcher({ hosts: allowFetch, maxBytes }),
      log: flags.quiet ? undefined : log,
      gauges: [
        { name: "process_resident_memory_bytes", help: "Resident memory.", read: () => process.memoryUsage.rss() },
        { name: "process_uptime_seconds", help: "Time since the start.", read: () => process.uptime() },
      ],
      version: version(),
    });
    misuse = false;
    const requestTime = clientTime + 15_000;
    const headerTime = Math.min(10_000, clientTime);
    const stop = stopSignal();
    // a log that cannot be written is no reason to leave those who ask without an answer
    process.stdout.once("error", () => process.stderr.write("limn: serving goes on, without a log\n"));
    process.stdout.on("error", () => undefined);
    let listening: Listening;
    try {
      await service.warm();
      listening = await listen(service, { host, port, headerTime, requestTime, stallTime: clientTime });
    } catch (error) {
      await service.close();
      throw error;
    }
    const event = (name: string, more: object = {}): void =>
      log({ time: new Date().toISOString(), level: "info", event: name, ...more });
    event("listening", { url: listening.url, version: version(), token: token !== undefined });
    process.stderr.write(`limn: serving on ${safeText(listening.url)} (Ctrl+C stops)\n`);
    if (isReachable(host) && token === undefined)
      process.stderr.write("limn: other machines can reach this service, and it asks for no token (LIMN_TOKEN)\n");

    const signal = await stop;
    event("stopping", { signal });
    const isDone = await listening.close(grace);
    event("stopped", { finished: isDone });
    return isDone ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    process.stderr.write(`limn: ${safeText(error.message)}\n`);
    return misuse ? EXIT.misuse : EXIT.failed;
  }
}

/** The first signal to stop; a second one ends the process. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted);
      asked = true;
      resolve(signal);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
  });
}

/** The token of a file or of the environment, which then holds it no longer. */
function tokenOf(file: string | undefined): string | undefined {
  const { LIMN_TOKEN: variable } = process.env;
  delete process.env["LIMN_TOKEN"];
  if (file !== undefined && variable !== undefined)
    throw new ImageError("ARGUMENT", "expected --token-file or LIMN_TOKEN, got both");
  const token = file === undefined ? variable : new TextDecoder().decode(readFileSync(file)).trim();
  if (token !== undefined && !/^[\x21-\x7e]{8,}$/.test(token))
    throw new ImageError("ARGUMENT", "expected a token of 8 characters or more, without blanks", {
      path: file ?? "LIMN_TOKEN",
    });
  return token;
}
