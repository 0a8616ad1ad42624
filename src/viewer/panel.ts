/** The controls: what is drawn, and how. They change {@link Choices} and nothing else. */
import { LINE_PATTERNS, type LinePattern } from "../draw/dashes.ts";
import type { MarkKind, Style } from "../draw/style.ts";
import { canLeaveOut, type Choices } from "./choices.ts";
import type { ClassEntry, Contents, GroupEntry, ScoreEntry } from "./contents.ts";
import { make, newId } from "./dom.ts";

/** Lists of classes longer than this are searched. */
const MANY_CLASSES = 12;

const MARK_NAMES: readonly (readonly [kind: MarkKind, name: string])[] = [
  ["boxes", "Boxes"],
  ["masks", "Masks"],
  ["labelMaps", "Label maps"],
  ["heatMaps", "Heat maps"],
  ["keypoints", "Keypoints"],
  ["shapes", "Shapes"],
  ["traces", "Traces"],
  ["icons", "Icons"],
  ["texts", "Texts"],
  ["classifications", "Classification"],
];

/** A row of the list of classes. */
interface ClassRow {
  readonly entry: ClassEntry;
  readonly row: HTMLElement;
  readonly box: HTMLInputElement;
  readonly count: HTMLElement;
}

export class Panel {
  readonly element: HTMLElement;
  readonly #contents: Contents;
  readonly #choices: Choices;
  readonly #onChange: () => void;
  readonly #rows: ClassRow[] = [];

  /** @param onChange - called when a choice was changed */
  constructor(contents: Contents, choices: Choices, base: Style, onChange: () => void) {
    this.#contents = contents;
    this.#choices = choices;
    this.#onChange = onChange;
    const sections = [this.#classes(), this.#groups(), this.#scores(), this.#display(base)];
    this.element = make(
      "div",
      { class: "panel", part: "panel", role: "group", "aria-label": "What is drawn" },
      ...sections.filter((section) => section !== undefined),
    );
  }

  /** Say what the picture that is looked at has of each class. */
  showCounts(index: number): void {
    const counts = this.#contents.counts[index];
    for (const { entry, row, count } of this.#rows) {
      const { objects = 0, part = 0 } = counts?.get(entry.key) ?? {};
      count.textContent =
        objects > 0 || part === 0 ? String(objects) : part < 0.01 ? "<1%" : `${Math.round(part * 100)}%`;
      row.classList.toggle("absent", objects === 0 && part === 0);
    }
  }

  #classes(): HTMLElement | undefined {
    const { classes } = this.#contents;
    if (classes.length === 0) return undefined;
    const list = make("div", { class: "list" });
    for (const entry of classes) list.append(this.#classRow(entry));
    const all = make("button", { type: "button", class: "link" }, "all");
    const none = make("button", { type: "button", class: "link" }, "none");
    all.addEventListener("click", () => this.#chooseClasses(() => true));
    none.addEventListener("click", () => this.#chooseClasses(() => false));
    const head = make("div", { class: "tools" });
    if (classes.length > MANY_CLASSES) {
      const search = make("input", { type: "search", placeholder: "Find a class", "aria-label": "Find a class" });
      search.addEventListener("input", () => {
        const words = search.value.trim().toLowerCase();
        for (const { entry, row } of this.#rows) row.hidden = !nameOf(entry).toLowerCase().includes(words);
      });
      head.append(search);
    }
    if (classes.length > 1) head.append(all, none);
    return section("Classes", String(classes.length), head, list);
  }

  #classRow(entry: ClassEntry): HTMLElement {
    const name = nameOf(entry);
    const box = checkbox(!this.#choices.classes.has(entry.key), (on) => {
      toggle(this.#choices.classes, entry.key, !on);
      this.#onChange();
    });
    box.classList.add("swatch");
    if (entry.color !== undefined) {
      const hex = `#${entry.color.toString(16).padStart(6, "0")}`;
      box.style.setProperty("--swatch", hex);
      box.style.setProperty("--tick", light(entry.color) ? "#000" : "#fff");
    }
    const count = make("span", { class: "count" });
    const only = make("button", { type: "button", class: "link only", "aria-label": `Only ${name}` }, "only");
    only.addEventListener("click", () => this.#chooseClasses((other) => other === entry));
    const words = make("span", { class: "name", title: totalOf(entry) }, name);
    const row = make("div", { class: "row" }, make("label", {}, box, words), only, count);
    this.#rows.push({ entry, row, box, count });
    return row;
  }

  #chooseClasses(on: (entry: ClassEntry) => boolean): void {
    for (const { entry, box } of this.#rows) {
      box.checked = on(entry);
      toggle(this.#choices.classes, entry.key, !box.checked);
    }
    this.#onChange();
  }

  #groups(): HTMLElement | undefined {
    const { groups } = this.#contents;
    if (groups.every(({ key }) => key === undefined)) return undefined;
    const both = new Set(groups.map(({ of }) => of)).size > 1;
    const rows = groups.map((group) => this.#groupRow(group, both));
    return section("Groups", String(groups.length), ...rows);
  }

  #groupRow(group: GroupEntry, both: boolean): HTMLElement {
    const name = `${group.key ?? "without a group"}${both ? (group.of === "objects" ? " · objects" : " · label map") : ""}`;
    const box = checkbox(!this.#choices.groups.has(group), (on) => {
      toggle(this.#choices.groups, group, !on);
      this.#onChange();
    });
    box.disabled = !canLeaveOut(group, this.#contents);
    const row = make(
      "div",
      { class: "row" },
      make("label", {}, box, make("span", { class: "name", title: name }, name)),
    );
    const { key, of, line } = group;
    if (of === "objects" && key !== undefined) {
      const chosen = this.#choices.lines.get(key) ?? line;
      const select = make("select", { "aria-label": `Lines of ${key}`, class: `line ${chosen}` });
      for (const pattern of LINE_PATTERNS) select.append(make("option", { value: pattern }, pattern));
      select.value = chosen;
      select.addEventListener("change", () => {
        this.#choices.lines.set(key, select.value as LinePattern);
        select.className = `line ${select.value}`;
        this.#onChange();
      });
      row.append(select);
    } else row.append(make("span", { class: "count" }));
    return row;
  }

  #scores(): HTMLElement | undefined {
    const rows = this.#contents.scores.filter(({ low, high }) => low < high).map((score) => this.#scoreRow(score));
    return rows.length ? section("Scores", undefined, ...rows) : undefined;
  }

  #scoreRow({ name, low, high }: ScoreEntry): HTMLElement {
    const [min, max] = low >= 0 && high <= 1 ? [0, 1] : [low, high];
    const step = stepOf(max - min);
    const sign = make(
      "select",
      { "aria-label": `${name}: at least or at most` },
      make("option", { value: ">=" }, "≥"),
      make("option", { value: "<=" }, "≤"),
    );
    const id = newId("score");
    // the last step may lie behind the largest value, never before it
    const top = min + Math.ceil((max - min) / step - 1e-9) * step;
    const slider = make("input", { type: "range", id, min, max: top, step, value: min });
    const output = make("output", { for: id });
    const chosen = this.#choices.scores.get(name);
    if (chosen) {
      sign.value = chosen.sign;
      slider.value = String(chosen.value);
    }
    const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
    const tell = (): void => {
      output.textContent = Number(slider.value).toFixed(digits);
      slider.setAttribute("aria-valuetext", `${sign.value === ">=" ? "at least" : "at most"} ${output.textContent}`);
    };
    const choose = (): void => {
      tell();
      const value = Number(slider.value);
      const isOpen = sign.value === ">=" ? value <= min : value >= max;
      if (isOpen) this.#choices.scores.delete(name);
      else this.#choices.scores.set(name, { sign: sign.value as ">=" | "<=", value });
      this.#onChange();
    };
    slider.addEventListener("input", choose);
    sign.addEventListener("change", () => {
      // what was the open end is now the closed one
      if (Number(slider.value) <= min || Number(slider.value) >= max)
        slider.value = String(sign.value === ">=" ? min : top);
      choose();
    });
    tell();
    return make("div", { class: "score" }, make("label", { for: id, title: name }, name), sign, slider, output);
  }

  #display(base: Style): HTMLElement {
    const { marks, captions } = this.#contents;
    const choices = this.#choices;
    const box = (name: string, on: boolean, choose: (on: boolean) => void): HTMLElement =>
      make(
        "label",
        { class: "row" },
        checkbox(on, (value) => {
          choose(value);
          this.#onChange();
        }),
        make("span", { class: "name" }, name),
      );
    const boxes = [box("Labels", choices.labels, (on) => (choices.labels = on))];
    if (captions) boxes.push(box("Captions", choices.captions, (on) => (choices.captions = on)));
    for (const [kind, name] of MARK_NAMES)
      if (marks.has(kind)) boxes.push(box(name, !choices.marks.has(kind), (on) => toggle(choices.marks, kind, !on)));
    const sliders: HTMLElement[] = [];
    if (marks.has("masks") || marks.has("labelMaps"))
      sliders.push(
        this.#opacity(
          "Mask opacity",
          choices.masks ?? (marks.has("masks") ? (base.maskAlpha ?? 0.4) : (base.labelMapAlpha ?? 0.5)),
          (value) => (choices.masks = value),
        ),
      );
    if (marks.has("heatMaps"))
      sliders.push(
        this.#opacity(
          "Heat opacity",
          choices.heatMaps ?? base.heatMapAlpha ?? 0.5,
          (value) => (choices.heatMaps = value),
        ),
      );
    return section("Display", undefined, make("div", { class: "toggles" }, ...boxes), ...sliders);
  }

  #opacity(name: string, value: number, choose: (value: number) => void): HTMLElement {
    const id = newId("opacity");
    const slider = make("input", { type: "range", id, min: 0, max: 1, step: 0.01, value });
    const output = make("output", { for: id });
    const tell = (): void => {
      output.textContent = `${Math.round(Number(slider.value) * 100)}%`;
    };
    slider.addEventListener("input", () => {
      tell();
      choose(Number(slider.value));
      this.#onChange();
    });
    tell();
    return make("div", { class: "score opacity" }, make("label", { for: id }, name), slider, output);
  }
}

function nameOf({ key }: ClassEntry): string {
  return key === undefined ? "without a class" : key === "" ? "(no name)" : key;
}

function totalOf(entry: ClassEntry): string {
  return `${nameOf(entry)}: ${entry.total} in all pictures`;
}

function checkbox(on: boolean, onChange: (on: boolean) => void): HTMLInputElement {
  const box = make("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => onChange(box.checked));
  return box;
}

function section(title: string, count: string | undefined, ...children: Node[]): HTMLElement {
  const heading = make("summary", {}, title);
  if (count !== undefined) heading.append(make("span", { class: "count" }, count));
  return make("details", { open: "" }, heading, ...children);
}

function toggle<T>(set: Set<T>, value: T, on: boolean): void {
  if (on) set.add(value);
  else set.delete(value);
}

/** About a hundredth of a range, 1, 2 or 5 times a power of ten. */
function stepOf(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 100) + 1e-9);
  const times = range / 100 / power;
  return Number((power * (times > 5 ? 10 : times > 2 ? 5 : times > 1.0001 ? 2 : 1)).toPrecision(6));
}

/** Whether a tick on this colour is seen better in black. */
function light(color: number): boolean {
  return (color >> 16) * 299 + ((color >> 8) & 255) * 587 + (color & 255) * 114 > 150_000;
}
