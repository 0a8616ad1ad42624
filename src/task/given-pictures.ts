/** The places of an input that hold its pictures. */
import { type Fields, isFields, isList } from "../format/fields.ts";

/**
 * The same input with other pictures: those of `image`, of `images`, and of an `input` that stands around what the model said.
 *
 * @param replace - gives what stands for a picture; its path is `image`, `images[3]` or `input.image`
 * @returns a new input where anything was asked for; the given one stays as it is
 */
export function replacePictures(input: Fields, replace: (picture: unknown, path: string) => unknown): Fields {
  const { image, images, input: inner } = input;
  const given: Record<string, unknown> = { ...input };
  if (image !== undefined) given["image"] = replace(image, "image");
  if (isList(images)) given["images"] = Array.from(images, (picture, i) => replace(picture, `images[${i}]`));
  if (isFields(inner) && inner["image"] !== undefined)
    given["input"] = { ...inner, image: replace(inner["image"], "input.image") };
  return given;
}
