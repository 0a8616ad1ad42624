// Labels in other scripts: 100 labels that are shaped, against as many Latin ones of the same number of letters, and against
// @napi-rs/canvas with the same font. All from warm caches, as in a batch; and the same with a text that is new each time.
// node --conditions=unbundled bench/text.mjs
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Frame } from "../build/js/core/frame.js";
import { fontOf, registerFont } from "../build/js/draw/fonts/registry.js";
import { render } from "../build/js/draw/render.js";
import { layoutLine } from "../build/js/draw/text.js";
import { compare } from "./harness.mjs";
import * as peers from "./peers/peers.mjs";

const file = (name) => fileURLToPath(new URL(`../test/fonts/${name}`, import.meta.url));
await registerFont(readFileSync(file("hangul.ttf")), { name: "hangul" });
await registerFont(readFileSync(file("arabic.woff2")), { name: "arabic" });
peers.canvas?.GlobalFonts.registerFromPath(file("hangul.ttf"), "Hangul");

const WORDS = {
  Hangul: ["보행자", "자동차", "안녕", "세계", "한글"],
  Arabic: ["كلب", "سيارة", "شجرة", "مرحبا", "لا"],
  Latin: ["dog", "sheep", "tree", "horse", "ox"],
};
const [width, height] = [1920, 1080];
const style = { boxWidth: 0, fontSize: 20 };

function sceneOf(words, from) {
  const annotations = Array.from({ length: 100 }, (_, i) => ({
    box: { x: 20 + (i % 10) * 188, y: 60 + Math.floor(i / 10) * 100, width: 150, height: 50 },
    caption: `${words[(from + i) % 5]} ${words[(from + i * 3) % 5]} ${from + i}`,
    categoryId: i % 7,
  }));
  return { width, height, annotations };
}

const frame = Frame.create(width, height, { fill: 0x808080 });
for (const [title, fresh] of [
  ["100 labels, from cache", false],
  ["100 labels, each text new", true],
]) {
  let at = 0;
  const job = (script) => {
    const scene = sceneOf(WORDS[script], 0);
    return () => render(frame, fresh ? sceneOf(WORDS[script], (at += 100)) : scene, style);
  };
  const floor = fresh ? {} : { within: 2 };
  const latin = { name: "limn, Latin", run: job("Latin"), ...floor };
  const variants = [{ name: "limn, Hangul", run: job("Hangul") }, latin];
  if (peers.canvas) {
    const canvas = peers.canvas.createCanvas(width, height);
    const context = canvas.getContext("2d");
    context.font = "20px Hangul";
    variants.push({
      name: "@napi-rs/canvas, Hangul (no placing)",
      run: () => {
        for (const { box, caption } of sceneOf(WORDS.Hangul, fresh ? (at += 100) : 0).annotations) {
          context.fillStyle = "#3b82f6";
          context.beginPath();
          context.roundRect(box.x, box.y - 28, context.measureText(caption).width + 16, 28, 5);
          context.fill();
          context.fillStyle = "#000";
          context.fillText(caption, box.x + 8, box.y - 8);
        }
        return context.getImageData(0, 0, 1, 1);
      },
    });
  }
  await compare(title, variants);
  await compare(`${title} (Arabic)`, [{ name: "limn, Arabic", run: job("Arabic") }, latin]);
}

const font = fontOf([]);
const line = (text) => () => layoutLine(text, font, 20);
await compare("one line, from cache", [
  { name: "limn, Hangul", run: line("보행자 자동차 0.87") },
  { name: "limn, Latin", run: line("dog sheep 0.87"), within: 2 },
]);
