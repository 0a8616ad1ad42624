/** Pictures of a task that are given by their addresses. */
import { ImageError, show } from "../errors.ts";
import { type Fields, isFields } from "../format/fields.ts";
import { replacePictures } from "./given-pictures.ts";
import type { Task } from "./index.ts";
import { isAddress } from "./picture.ts";

/** Asks for what is at an address: the platform's own `fetch`, or one that decides what may be asked. */
export type PictureFetch = (
  address: string,
) => Promise<{ readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> }>;

/**
 * A task with its pictures: those that its input gives by an address (`https:`, `http:`, `blob:`, `file:`) are fetched, each
 * once, one after the other. limn asks for no address by itself: which may be asked, and for how long, is for `fetch` to say;
 * whoever runs tasks of strangers must not hand them the platform's own, which reaches whatever this machine reaches.
 *
 * @returns a new task; the given one stays as it is
 * @throws {ImageError} `IO` for what does not come, with the path of the picture: `TASK_CONCAT.images[2]`
 * @example
 * const job = { task: "TASK_DRAW_DETECTION", input: { image: "https://example.org/street.png", objects } };
 * const { image } = runTask(await fetchPictures(job, fetch));
 */
export async function fetchPictures(task: Task, fetch: PictureFetch): Promise<Task> {
  if (!isFields(task) || !isFields(task.input))
    throw new ImageError("ARGUMENT", `expected { task, input }, got ${show(task)}`);
  if (typeof fetch !== "function") throw new ImageError("ARGUMENT", `expected a function, got ${show(fetch)}`);
  const wanted = new Map<string, string>();
  replacePictures(task.input as Fields, (picture, path) => {
    const address = addressOf(picture);
    if (address !== undefined && !wanted.has(address)) wanted.set(address, path);
  });
  const fetched = new Map<string, Uint8Array>();
  for (const [address, path] of wanted) fetched.set(address, await bytesOf(address, fetch, `${task.task}.${path}`));
  const input = replacePictures(task.input as Fields, (picture) => fetched.get(addressOf(picture) ?? "") ?? picture);
  return { ...task, input };
}

function addressOf(picture: unknown): string | undefined {
  const address = picture instanceof URL ? picture.href : picture;
  return typeof address === "string" && isAddress(address) ? address : undefined;
}

async function bytesOf(address: string, fetch: PictureFetch, path: string): Promise<Uint8Array> {
  try {
    const response = await fetch(address);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new ImageError("IO", `expected a picture, got status ${response.status}`);
  } catch (cause) {
    throw cause instanceof ImageError ? cause.at(path) : new ImageError("IO", "cannot be fetched", { path, cause });
  }
}
