/** W&B's Html: a page that is logged beside pictures. */
import { checkedOptions, ImageError, show } from "../errors.ts";

const HEAD =
  '<base target="_blank"><link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />';

/**
 * A page of HTML. Nothing of it is ever run here; it is written to a file as it is, with W&B's two head elements in front.
 *
 * @param options.inject - put W&B's head elements in, as upstream does. Default true
 * @example run.log({ report: new Html("<h1>done</h1>") });
 */
export class Html {
  readonly html: string;

  constructor(html: string, options: { readonly inject?: boolean | undefined } = {}) {
    const { inject = true } = checkedOptions(options);
    if (typeof html !== "string") throw new ImageError("ARGUMENT", `expected a page as text, got ${show(html)}`);
    this.html = inject ? withHead(html) : html;
  }
}

function withHead(html: string): string {
  for (const [tag, open, close] of [
    ["<head>", "", ""],
    ["<html>", "<head>", "</head>"],
  ] as const) {
    const at = html.indexOf(tag);
    if (at < 0) continue;
    const end = at + tag.length;
    return (html.slice(0, end) + open + HEAD + close + html.slice(end)).trim();
  }
  return (HEAD + html).trim();
}
