/** Small pictures in a row, to choose one: drawn when they come into sight, one after the other. */
import { render } from "../draw/render.ts";
import { resize } from "../draw/resize.ts";
import { resizeScene } from "../draw/resize-scene.ts";
import type { Style } from "../draw/style.ts";
import { make } from "./dom.ts";
import { nameOf, openPicture, type ViewerPicture } from "./picture.ts";

/** Height of a small picture, and the widest, in CSS pixels. */
const HEIGHT = 60;
const WIDEST = 120;

export class Strip {
  readonly element: HTMLElement;
  readonly #pictures: readonly ViewerPicture[];
  readonly #style: Style;
  readonly #buttons: HTMLButtonElement[];
  readonly #seen: IntersectionObserver;
  readonly #waiting = new Set<number>();
  #working = false;
  #disposed = false;

  constructor(pictures: readonly ViewerPicture[], style: Style, onChoose: (index: number) => void) {
    this.#pictures = pictures;
    this.#style = { ...style, showLabels: false, legend: "none" };
    this.#buttons = pictures.map((picture, i) => {
      const name = nameOf(picture);
      const label = `Picture ${i + 1}${name && `: ${name}`}`;
      const { width, height } = picture.scene;
      const shown = Math.max(24, Math.min(WIDEST, Math.round((HEIGHT * width) / height) || HEIGHT));
      const button = make("button", { type: "button", "aria-label": label, title: name || label, tabindex: -1 });
      button.style.width = `${shown}px`;
      button.addEventListener("click", () => onChoose(i));
      return button;
    });
    this.element = make("div", { class: "strip", part: "strip", role: "group", "aria-label": "Pictures" });
    this.element.append(...this.#buttons);
    this.#seen = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const index = this.#buttons.indexOf(target as HTMLButtonElement);
          if (isIntersecting) this.#waiting.add(index);
          else this.#waiting.delete(index);
        }
        void this.#work();
      },
      { root: this.element, rootMargin: "200px" },
    );
    for (const button of this.#buttons) this.#seen.observe(button);
    this.element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      const at = this.#buttons.indexOf(event.target as HTMLButtonElement) + step;
      event.preventDefault();
      event.stopPropagation();
      if (at < 0 || at >= this.#buttons.length) return;
      this.#buttons[at]!.focus();
      onChoose(at);
    });
  }

  /** Mark the picture that is looked at. */
  choose(index: number): void {
    for (const [i, button] of this.#buttons.entries()) {
      button.tabIndex = i === index ? 0 : -1;
      if (i === index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    const button = this.#buttons[index];
    if (!button) return;
    const { element } = this;
    // into the middle of the strip alone: the page stays where it is
    element.scrollLeft = button.offsetLeft - element.offsetLeft - (element.clientWidth - button.offsetWidth) / 2;
  }

  dispose(): void {
    this.#disposed = true;
    this.#seen.disconnect();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (const index of this.#waiting) {
      this.#waiting.delete(index);
      const button = this.#buttons[index]!;
      this.#seen.unobserve(button);
      await idle();
      if (this.#disposed) break;
      try {
        button.append(await this.#draw(index, button));
      } catch {
        button.classList.add("broken"); // why is told when it is looked at
      }
    }
    this.#working = false;
  }

  async #draw(index: number, button: HTMLElement): Promise<HTMLCanvasElement> {
    const picture = this.#pictures[index]!;
    const source = await openPicture(picture);
    const ratio = globalThis.devicePixelRatio || 1;
    try {
      const small = resize(source, {
        width: Math.round(button.clientWidth * ratio) || WIDEST,
        height: Math.round(HEIGHT * ratio),
        fit: "cover",
      });
      try {
        if (!isCut(source, small)) render(small, resizeScene(picture.scene, small.width, small.height), this.#style);
        const canvas = make("canvas", { width: small.width, height: small.height, "aria-hidden": "true" });
        const image = new ImageData(new Uint8ClampedArray(small.view()), small.width, small.height);
        canvas.getContext("2d")!.putImageData(image, 0, 0);
        return canvas;
      } finally {
        small.free();
      }
    } finally {
      source.free();
    }
  }
}

/** True where only a part of the picture is shown, which its scene does not fit. */
function isCut(source: { width: number; height: number }, small: { width: number; height: number }): boolean {
  return Math.abs(source.width / source.height / (small.width / small.height) - 1) > 0.05;
}

function idle(): Promise<void> {
  return new Promise((done) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => done(), { timeout: 500 });
    else setTimeout(done, 16);
  });
}
