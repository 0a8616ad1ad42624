/**
 * Objects of S3 stores; the door to the SDK, which is optional and loaded on first use.
 *
 * Where the store is and who asks is said by the SDK's own means: `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, `AWS_REGION`,
 * `AWS_ACCESS_KEY_ID` …, profiles, roles. A request that fails is tried again by the SDK; an answer that breaks off in its
 * middle is asked for again here. Longer than most files: whatever asks a store something is here.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { GetObjectCommandOutput, PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { ImageError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type S3Place, s3Name } from "./s3-place.ts";

type Sdk = typeof import("@aws-sdk/client-s3");

interface OpenSdk {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

const TRIES = 6;
/** Milliseconds after which nothing is tried again. */
const PATIENCE = 120_000;
/** Larger files are sent in parts of this size, three at a time. */
export const PART_BYTES: number = 16 * 2 ** 20;

let opened: Promise<OpenSdk> | undefined;

function open(): Promise<OpenSdk> {
  opened ??= load().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function load(): Promise<OpenSdk> {
  // what the SDK says about its future with this Node is not for whoever runs a command
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const sdk = await optional<Sdk>(import("@aws-sdk/client-s3"));
  const { env } = process;
  const custom = env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"];
  // a store of one's own mostly has no names for its buckets, and any region
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? (custom ? "us-east-1" : undefined);
  const client = new sdk.S3Client({
    ...(region ? { region } : {}),
    ...(env["AWS_MAX_ATTEMPTS"] ? {} : { maxAttempts: TRIES }),
    forcePathStyle: custom !== undefined,
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 30_000 },
  });
  return { sdk, client };
}

async function optional<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    const needs = "s3:// needs the S3 SDK: npm install @aws-sdk/client-s3 @aws-sdk/lib-storage";
    throw new ImageError("UNSUPPORTED", needs, { cause });
  }
}

/** Bytes `[offset, offset + length)` of an object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The bytes of an object, or of a part of it, fewer at its end.
 *
 * @throws {ImageError} `LIMIT` over `limits.maxFileBytes`, before memory is taken; `IO`
 */
export async function readObject(place: S3Place, key: string, range?: ByteRange): Promise<Uint8Array> {
  if (range?.length === 0) return new Uint8Array(0);
  const { sdk, client } = await open();
  const start = performance.now();
  for (let tries = 1; ; tries++) {
    let answer: GetObjectCommandOutput;
    try {
      const Range = range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
      answer = await client.send(new sdk.GetObjectCommand({ Bucket: place.bucket, Key: key, Range }));
    } catch (cause) {
      if (range && nameOf(cause) === "InvalidRange") return new Uint8Array(0); // it begins behind the end
      throw refusal("read", place, key, cause);
    }
    try {
      return await bodyOf(answer, `${s3Name({ bucket: place.bucket, prefix: "" })}/${key}`);
    } catch (cause) {
      if (cause instanceof ImageError) throw cause;
      if (tries >= TRIES || performance.now() - start > PATIENCE) throw refusal("read", place, key, cause);
    }
    await pause(backoff(tries));
  }
}

/** All of a body, in memory that is taken once. @throws {ImageError} `LIMIT`; anything else when it breaks off */
async function bodyOf({ Body, ContentLength }: GetObjectCommandOutput, path: string): Promise<Uint8Array> {
  const stream = Body as (AsyncIterable<Uint8Array> & { destroy(): void }) | undefined;
  if (!stream) throw new Error("an answer without a body");
  const tooLarge = (size: number): ImageError =>
    new ImageError("LIMIT", `expected at most ${limits.maxFileBytes} bytes, got ${size}`, { path });
  if (ContentLength !== undefined && ContentLength > limits.maxFileBytes) {
    stream.destroy();
    throw tooLarge(ContentLength);
  }
  // a store that does not say how much comes is believed as far as it goes
  let bytes = Buffer.allocUnsafeSlow(ContentLength ?? 2 ** 16);
  let filled = 0;
  for await (const chunk of stream) {
    if (filled + chunk.length > bytes.length) {
      if (ContentLength !== undefined) throw new Error("more bytes than were announced");
      if (filled + chunk.length > limits.maxFileBytes) throw tooLarge(filled + chunk.length);
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, filled + chunk.length));
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (ContentLength !== undefined && filled < ContentLength)
    throw new Error(`${filled} of ${ContentLength} bytes came`);
  return bytes.subarray(0, filled);
}

/** Half to all of 0.1 s, 0.2 s, 0.4 s …, so that many who failed together do not come back together. */
function backoff(tries: number): number {
  return 100 * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
}

/** Write an object, which appears whole or not at all. @throws {ImageError} `IO` */
export async function writeObject(place: S3Place, key: string, bytes: Uint8Array): Promise<void> {
  const { sdk, client } = await open();
  const params: PutObjectCommandInput = { Bucket: place.bucket, Key: key, Body: bytes, ContentType: mediaType(key) };
  try {
    if (bytes.length <= PART_BYTES) await client.send(new sdk.PutObjectCommand(params));
    else {
      const { Upload } = await optional(import("@aws-sdk/lib-storage"));
      await new Upload({ client, params, partSize: PART_BYTES, queueSize: 3, leavePartsOnError: false }).done();
    }
  } catch (cause) {
    throw cause instanceof ImageError ? cause : refusal("written", place, key, cause);
  }
}

/** A part of an object, as the store knows it. */
export interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumCRC32: string | undefined;
}

/** An object in parts, which is there when it is finished. */
export interface PartialObject {
  /** Parts count from 1; all but the last have {@link PART_BYTES}. @throws {ImageError} `IO` */
  send(number: number, bytes: Uint8Array): Promise<SentPart>;
  /** @throws {ImageError} `IO` */
  finish(parts: readonly SentPart[]): Promise<void>;
  /** Nothing of it stays. @throws {ImageError} `IO` */
  abort(): Promise<void>;
}

/**
 * Begin an object in parts; what others have begun of the same key, and left, is removed.
 *
 * The SDK's own `Upload` tells that a part failed when it has read the last one: too late for an archive of hours.
 *
 * @throws {ImageError} `IO`
 */
export async function beginObject(place: S3Place, key: string): Promise<PartialObject> {
  const { sdk, client } = await open();
  const target = { Bucket: place.bucket, Key: key };
  const attempt = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((cause: unknown) => {
      throw refusal("written", place, key, cause);
    });
  await removeParts(sdk, client, target).catch(() => undefined); // who may not list them leaves them
  // what the parts are sent with has to be said here
  const sums = (await client.config.requestChecksumCalculation()) === "WHEN_SUPPORTED";
  const params = { ...target, ContentType: mediaType(key), ChecksumAlgorithm: sums ? ("CRC32" as const) : undefined };
  const { UploadId } = await attempt(client.send(new sdk.CreateMultipartUploadCommand(params)));
  const upload = { ...target, UploadId };
  return {
    send: async (PartNumber, Body) => {
      const part = new sdk.UploadPartCommand({ ...upload, PartNumber, Body });
      const { ETag, ChecksumCRC32 } = await attempt(client.send(part));
      return { PartNumber, ETag, ChecksumCRC32 };
    },
    finish: async (parts) => {
      const MultipartUpload = { Parts: [...parts] };
      await attempt(client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload })));
    },
    abort: async () => void (await attempt(client.send(new sdk.AbortMultipartUploadCommand(upload)))),
  };
}

/** Remove the parts of an object that a killed process has left. */
async function removeParts(sdk: Sdk, client: S3Client, target: { Bucket: string; Key: string }): Promise<void> {
  const { Uploads = [] } = await client.send(
    new sdk.ListMultipartUploadsCommand({ Bucket: target.Bucket, Prefix: target.Key }),
  );
  for (const { Key, UploadId } of Uploads)
    if (Key === target.Key) await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }));
}

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["json", "application/json"],
  ["jsonl", "application/jsonl"],
  ["txt", "text/plain; charset=utf-8"],
  ["xml", "application/xml"],
  ["csv", "text/csv"],
  ["zip", "application/zip"],
  ["tar", "application/x-tar"],
]);

function mediaType(key: string): string {
  return MEDIA_TYPES.get(/\.([a-z]+)$/i.exec(key)?.[1]?.toLowerCase() ?? "") ?? "application/octet-stream";
}

/** What is known of an object without reading it. */
export interface ObjectInfo {
  readonly size: number;
  /** Changes with the content. */
  readonly tag: string | undefined;
}

/** Undefined where there is none. @throws {ImageError} `IO` */
export async function lookAtObject(place: S3Place, key: string): Promise<ObjectInfo | undefined> {
  const { sdk, client } = await open();
  try {
    const { ContentLength, ETag } = await client.send(new sdk.HeadObjectCommand({ Bucket: place.bucket, Key: key }));
    return { size: ContentLength ?? 0, tag: ETag };
  } catch (cause) {
    if (MISSING.has(nameOf(cause))) return undefined;
    throw refusal("read", place, key, cause);
  }
}

/** Names of a place, below its prefix, with their sizes; sorted by key, a thousand at a time. @throws {ImageError} `IO` */
export async function* listObjects(place: S3Place, pageSize?: number): AsyncGenerator<{ name: string; size: number }> {
  const { sdk, client } = await open();
  const { bucket, prefix } = place;
  let token: string | undefined;
  do {
    const page = await client
      .send(
        new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token, MaxKeys: pageSize }),
      )
      .catch((cause: unknown) => {
        throw refusal("listed", place, prefix, cause);
      });
    for (const { Key, Size } of page.Contents ?? [])
      if (Key !== undefined && Key.startsWith(prefix)) yield { name: Key.slice(prefix.length), size: Size ?? 0 };
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/**
 * Ask once, before many files fail for the same reason. Someone who may read or write files need not be allowed to list them:
 * that tells nothing.
 *
 * @throws {ImageError} `IO` if there is no such bucket, or the store cannot be reached or refuses the credentials
 */
export async function checkBucket(place: S3Place): Promise<void> {
  const { sdk, client } = await open();
  try {
    await client.send(new sdk.ListObjectsV2Command({ Bucket: place.bucket, Prefix: place.prefix, MaxKeys: 1 }));
  } catch (cause) {
    if (!DENIED.has(nameOf(cause))) throw refusal("opened", place, place.prefix, cause);
  }
}

const MISSING: ReadonlySet<string> = new Set(["NoSuchKey", "NotFound", "404"]);
const DENIED: ReadonlySet<string> = new Set(["AccessDenied", "Forbidden", "403", "AllAccessDisabled"]);
const REASONS: ReadonlyMap<string, string> = new Map([
  ["NoSuchBucket", "no such bucket"],
  ["InvalidBucketName", "no bucket has such a name"],
  [
    "CredentialsProviderError",
    "no credentials were found; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
  ],
  ["ExpiredToken", "the credentials have expired"],
  ["PermanentRedirect", "the bucket is in another region; AWS_REGION names it"],
  ["AuthorizationHeaderMalformed", "the bucket is in another region; AWS_REGION names it"],
  ["EntityTooLarge", "it is larger than files may be there"],
]);

/** The name that the store or the system gives to what went wrong. */
function nameOf(cause: unknown): string {
  const { name, Code, code } = (cause ?? {}) as { name?: unknown; Code?: unknown; code?: unknown };
  return String(Code ?? (name === "Error" || name === "AggregateError" ? (code ?? name) : name));
}

function refusal(doing: string, place: S3Place, key: string, cause: unknown): ImageError {
  const path = `s3://${place.bucket}/${key}`;
  const name = nameOf(cause);
  // errors go from thread to thread by their code
  if (cause instanceof Error && !("code" in cause)) Object.assign(cause, { code: name });
  return new ImageError("IO", `cannot be ${doing} (${reasonOf(name, cause)})`, { path, cause });
}

function reasonOf(name: string, cause: unknown): string {
  if (MISSING.has(name)) return "no such file";
  if (DENIED.has(name)) return "no permission";
  const known = REASONS.get(name);
  if (known !== undefined) return known;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (name === "InvalidAccessKeyId" || name === "SignatureDoesNotMatch") return `the credentials are refused: ${name}`;
  if (/region is missing/i.test(message)) return "no region is named; AWS_REGION does";
  const status = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  if (status === undefined) return `the store cannot be reached, or breaks off: ${message || name}`;
  if (status >= 500 || status === 429) return `the store is busy or broken: ${status} ${name}`;
  return `${name}: ${message}`;
}
