/** Bodies of requests, read with bounds: bytes of one, bytes of all, and time. */
import { joinBytes } from "../join-bytes.ts";
import { Refusal } from "./problem.ts";

/** Bytes that all requests together may hold. */
export class ByteBudget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  /** A holder of bytes; {@link Holder.free} gives them back. */
  hold(): Holder {
    let held = 0;
    return {
      add: (bytes) => {
        if (this.#used + bytes > this.#most) return false;
        this.#used += bytes;
        held += bytes;
        return true;
      },
      free: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}

/** Bytes of one request. */
export interface Holder {
  /** @returns false, and nothing is held, where there is no room for so many more */
  add(bytes: number): boolean;
  free(): void;
}

/** Bounds of one body. */
export interface BodyBounds {
  readonly maxBytes: number;
  /** Milliseconds from the first look to the last byte. */
  readonly time: number;
  readonly holder: Holder;
}

/** The connection cannot be used again: what is left of the body is not read. */
const CLOSE = { connection: "close" } as const;

/**
 * Parts of a body above which they are joined. Those of a body that comes at once are few, and are left where they are: each
 * byte that is copied here is one more for the garbage collector, whose work then is a quarter of this thread's.
 */
const MOST_PARTS = 64;

/**
 * The whole body, in parts. Its bytes are counted as they come, whatever its headers claim.
 *
 * @throws {Refusal} `TOO_LARGE`, `SLOW_CLIENT`, `BUSY`, `MEDIA_TYPE` for a compressed one
 * @throws whatever the connection ends with
 */
export async function readBody(request: Request, bounds: BodyBounds): Promise<readonly Uint8Array[]> {
  const { maxBytes, time, holder } = bounds;
  const tooLarge = (): Refusal => new Refusal("TOO_LARGE", `expected a body of at most ${maxBytes} bytes`, CLOSE);
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity")
    throw new Refusal("MEDIA_TYPE", "expected a body without Content-Encoding", CLOSE);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return [];

  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Refusal("SLOW_CLIENT", `expected the whole body within ${time / 1000} s`, CLOSE)),
      time,
    );
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      size += value.length;
      if (size > maxBytes) throw tooLarge();
      if (!holder.add(value.length))
        throw new Refusal("BUSY", "the bodies of all requests together are over their bound", {
          ...CLOSE,
          "retry-after": "1",
        });
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return chunks.length <= MOST_PARTS ? chunks : [joinBytes(chunks)];
}
