/** How far apart characters are in the font of Instill's tags (IBM Plex Sans Regular, 20 pixels): the built-in one is a bolder cut. */
import { TAG_KERNING } from "./tag-kerning.ts";

/** Advances of the characters 32 to 126 in 1/64 pixel, less 300. */
const ADVANCES =
  "2 64 236 613 465 887 588 10 129 129 276 468 48 211 48 190 468 468 468 468 468 468 468 468 468 468 74 74 468 468 468 311 840 520 536 495 559 446 416 590 605 212 353 512 341 739 605 606 476 606 519 444 432 568 480 840 485 459 442 106 190 106 468 423 468 384 442 344 442 403 115 376 427 20 20 375 48 817 427 417 442 442 170 323 149 427 330 683 349 339 294 139 102 139 468";
/** Of a character that the font has not: it is not drawn, but widens the tag. */
const UNKNOWN = 604;

/** As `LabelTag.advances`, in pixels. */
export function tagAdvances(): Readonly<Record<string, number>> {
  const advances: Record<string, number> = { "": UNKNOWN / 64 };
  for (const [i, units] of ADVANCES.split(" ").entries())
    advances[String.fromCharCode(0x20 + i)] = (Number(units) + 300) / 64;
  for (const row of TAG_KERNING.trim().split("\n")) {
    const [lefts = "", ...values] = row.split(" ");
    for (const value of values) {
      const [, units, rights = ""] = /^(-?\d+)(.*)$/.exec(value) ?? [];
      for (const left of lefts) for (const right of rights) advances[left + right] = Number(units) / 64;
    }
  }
  return advances;
}
