/** How far apart characters are in the font of Instill's tags (IBM Plex Sans Regular, 20 pixels): the built-in one is a bolder cut. */
import { TAG_KERNING } from "./tag-kerning.ts";

/** Advances of the characters 32 to 126 in 1/64 pixel, less 300. */
const ADVANCES =
  "2 64 236 613 465 887 588 10 129 129 276 468 48 211 48 190 468 468 468 468 468 468 468 468 468 468 74 74 468 468 468 311 840 520 536 495 559 446 416 590 605 212 353 512 341 739 605 606 476 606 519 444 432 568 480 840 485 459 442 106 190 106 468 423 468 384 442 344 442 403 115 376 427 20 20 375 48 817 427 417 442 442 170 323 149 427 330 683 349 339 294 139 102 139 468";
/** Advances of other characters; those with accents are as wide as their letter. */
const OTHERS =
  "¡364¢658£762¤783¥774¦402§750¨768©993ª511«657¬768®609¯768°599±768²443³443´768µ733¶835·417¸768¹460º509»657¼1084½1116¾1055¿598Æ1161Ð863×768Ø906Þ776ß819æ1106ð710÷768ø727þ742ď772Đ863đ746ĝ680ğ680ġ680ģ680Ħ913ħ727ı320Ĳ826ĳ635ĸ675ľ351Ŀ641ŀ458Ł650ł356ŉ1038Ŋ905ŋ727Œ1261œ1192Ŧ745ŧ457ſ356΄768·374Έ780Ή938Ί588Ό911Ύ867Α820Β836Γ639Δ823Ε746Ζ742Η905Θ906Ι512Κ812Λ805Μ1039Ν905Ξ748Ο906Π887Ρ776Σ728Τ732Υ759Φ1091Χ785Ψ1011Ω916α824β748γ643δ717ε663ζ548η733θ719ι378κ675λ652μ740ν654ξ584ο717π796ρ707ς618σ746τ611υ727φ915χ635ψ929ω942Ђ1006Є808Ѕ744І512Ј653Љ1298Њ1327Ћ1019Џ887А820Б814В836Г639Д929Е746Ж1252З759И905К847Л876М1039Н905О906П887Р776С795Т732У762Ф1080Х785Ц934Ч826Ш1224Щ1271Ъ948Ы1120Ь806Э808Ю1229Я819а684б722в714г557д764е703ж986з641и753к704л723м891н753о717п733р742с644т604у639ф960х649ц768ч689ш1021щ1056ъ755ы927ь666э654ю1000я685ђ727є654ѕ623і320ј320љ1030њ1065ћ727џ733Ґ639ґ557†707‡707•507…1028‰1672′310″536‹389›389⁄188₡804₤762₦891₨913₩1219₪986₫742€800₭790₮778₱804₲865₴804₵804₸778₹774₺776₽797₿823ℓ625№1315™842";
/** Of a character that the font has not: it is not drawn, but widens the tag. */
const UNKNOWN = 604;

/** As `LabelTag.advances`, in pixels. */
export function tagAdvances(): Readonly<Record<string, number>> {
  const advances: Record<string, number> = { "": UNKNOWN / 64 };
  for (const [i, units] of ADVANCES.split(" ").entries())
    advances[String.fromCharCode(0x20 + i)] = (Number(units) + 300) / 64;
  for (const [, character, units] of OTHERS.matchAll(/(\D)(\d+)/gu)) advances[character!] = Number(units) / 64;
  for (const row of TAG_KERNING.trim().split("\n")) {
    const [lefts = "", ...values] = row.split(" ");
    for (const value of values) {
      const [, units, rights = ""] = /^(-?\d+)(.*)$/.exec(value) ?? [];
      for (const left of lefts) for (const right of rights) advances[left + right] = Number(units) / 64;
    }
  }
  return advances;
}
