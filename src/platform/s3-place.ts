/** Places in S3 stores, by their names: `s3://bucket/prefix`. */
import { ImageError, show } from "../errors.ts";
import { relativeName } from "./relative-name.ts";

/** A bucket, and what the keys of a place begin with. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** True for the name of a place in a store, also of one that is wrong. */
export function isS3(place: string): boolean {
  return /^s3:/i.test(place);
}

/** @throws {ImageError} `ARGUMENT` for anything but a bucket and a prefix without `..` */
export function parseS3(place: string): S3Place {
  const [, bucket, rest = ""] = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:\/(.*))?$/s.exec(place) ?? [];
  if (bucket === undefined) throw new ImageError("ARGUMENT", `expected s3://bucket/prefix, got ${show(place)}`);
  return { bucket, prefix: /^\/*$/.test(rest) ? "" : `${relativeName(rest)}/` };
}

/** The place's one name, without a slash at its end. */
export function s3Name({ bucket, prefix }: S3Place): string {
  return `s3://${bucket}${prefix === "" ? "" : `/${prefix.slice(0, -1)}`}`;
}

/** The key of a file of the place. @throws {ImageError} `ARGUMENT` for a name that leads out of the place */
export function keyOf({ prefix }: S3Place, name: string): string {
  const key = prefix + relativeName(name);
  const { length } = new TextEncoder().encode(key);
  if (length > 1024)
    throw new ImageError("ARGUMENT", `expected a key of at most 1024 bytes, got ${length}: ${show(key)}`);
  return key;
}

/** A file by its full name, `s3://bucket/folder/name`, as place and name. @throws {ImageError} `ARGUMENT` */
export function splitS3(path: string): { place: S3Place; name: string } {
  const { bucket, prefix } = parseS3(path);
  const key = prefix.slice(0, -1);
  if (key === "") throw new ImageError("ARGUMENT", `expected s3://bucket/file, got ${show(path)}`);
  const end = key.lastIndexOf("/") + 1;
  return { place: { bucket, prefix: key.slice(0, end) }, name: key.slice(end) };
}
