/** How the viewer looks. Colours and sizes follow the page: its scheme, its letters, the width that it gives. */
export const STYLE_SHEET = `
:host {
  display: block;
  container-type: inline-size;
  font: 400 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  color-scheme: light dark;
  --ink: #1b1f24;
  --soft: #606a76;
  --line: #e1e4e8;
  --ground: #ffffff;
  --stage: #f3f4f6;
  --check: #e6e8eb;
  --accent: #0b62d6;
  --hover: #f0f2f5;
  --warn: #b3261e;
  color: var(--ink);
}
@media (prefers-color-scheme: dark) {
  :host {
    --ink: #e6e9ed;
    --soft: #98a2ae;
    --line: #2e343c;
    --ground: #15181c;
    --stage: #0d0f12;
    --check: #1b1f24;
    --accent: #6cabff;
    --hover: #20252b;
    --warn: #ff9d94;
  }
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
.viewer { display: grid; gap: 12px 20px; grid-template-columns: minmax(0, 1fr); align-items: start; }
@container (min-width: 700px) {
  .viewer.controls { grid-template-columns: minmax(0, 1fr) 256px; }
  .panel { max-height: max(420px, var(--stage-height, 80vh)); overflow-y: auto; scrollbar-width: thin; }
}
figure { margin: 0; min-width: 0; }
.stage {
  position: relative;
  overflow: hidden;
  min-height: 96px;
  border-radius: 6px;
  background: var(--stage);
  outline-offset: 2px;
  touch-action: pan-y;
  user-select: none;
  -webkit-user-select: none;
}
.stage.zoomed { touch-action: none; cursor: grab; }
.stage.zoomed:active { cursor: grabbing; }
.stage canvas {
  position: absolute;
  inset: 0 auto auto 0;
  transform-origin: 0 0;
  background: repeating-conic-gradient(var(--check) 0 25%, transparent 0 50%) 0 0 / 16px 16px;
}
.message {
  position: absolute;
  inset: 0;
  display: grid;
  place-content: center;
  padding: 16px;
  text-align: center;
  color: var(--warn);
  overflow-wrap: anywhere;
}
.bar { display: flex; align-items: center; gap: 4px; min-height: 32px; margin-top: 6px; color: var(--soft); }
.bar .where { font-variant-numeric: tabular-nums; white-space: nowrap; padding: 0 2px; }
.bar .file { flex: 1; min-width: 0; padding: 0 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar .zoom { min-width: 4ch; text-align: right; font-variant-numeric: tabular-nums; padding-right: 4px; }
figcaption { margin: 2px 2px 0; max-width: 72ch; overflow-wrap: anywhere; white-space: pre-line; }
.strip { position: relative; display: flex; gap: 6px; margin-top: 10px; padding: 3px; overflow-x: auto; scrollbar-width: thin; }
.strip button {
  flex: none;
  height: 60px;
  padding: 0;
  overflow: hidden;
  border: 0;
  border-radius: 4px;
  background: var(--stage);
  cursor: pointer;
}
.strip canvas { display: block; width: 100%; height: 100%; object-fit: cover; }
.strip button[aria-current] { box-shadow: 0 0 0 2px var(--ground), 0 0 0 4px var(--accent); }
.strip .broken { background: repeating-linear-gradient(45deg, var(--line) 0 4px, transparent 4px 9px); }
button, select, input { font: inherit; color: inherit; accent-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.icon {
  display: grid;
  place-content: center;
  width: 30px;
  height: 30px;
  padding: 0;
  border: 0;
  border-radius: 6px;
  background: none;
  cursor: pointer;
}
.icon:hover:enabled, .strip button:hover, .row:hover { background: var(--hover); }
.icon:disabled { opacity: 0.35; cursor: default; }
.icon svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.panel { min-width: 0; font-size: 13px; }
details { padding-bottom: 10px; }
details + details { border-top: 1px solid var(--line); padding-top: 8px; }
summary {
  display: flex;
  justify-content: space-between;
  padding: 2px 4px;
  border-radius: 4px;
  font-weight: 600;
  cursor: pointer;
  list-style: none;
}
summary::-webkit-details-marker { display: none; }
.tools { display: flex; align-items: center; gap: 8px; padding: 2px 4px 4px; }
.tools input { flex: 1; min-width: 0; }
input[type="search"] { padding: 3px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); }
.list { max-height: 292px; overflow-y: auto; scrollbar-width: thin; }
.row { display: flex; align-items: center; gap: 8px; min-height: 26px; padding: 0 4px; border-radius: 4px; }
.row label { display: flex; align-items: center; gap: 8px; flex: 1; min-width: 0; cursor: pointer; }
label.row { cursor: pointer; }
.name { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.count { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; }
.absent .name, .absent .count { opacity: 0.55; }
.link { padding: 0 2px; border: 0; border-radius: 3px; background: none; color: var(--accent); cursor: pointer; }
.only { opacity: 0; }
.row:hover .only, .only:focus-visible { opacity: 1; }
input[type="checkbox"] { flex: none; width: 15px; height: 15px; margin: 0; cursor: pointer; }
.swatch {
  appearance: none;
  -webkit-appearance: none;
  display: grid;
  place-content: center;
  border: 2px solid var(--swatch, var(--soft));
  border-radius: 4px;
}
.swatch:checked { background: var(--swatch, var(--soft)); }
.swatch:checked::before {
  content: "";
  width: 4px;
  height: 7px;
  margin-top: -2px;
  border: solid var(--tick, #fff);
  border-width: 0 1.5px 1.5px 0;
  transform: rotate(45deg);
}
.toggles { display: grid; grid-template-columns: repeat(auto-fill, minmax(110px, 1fr)); }
select { padding: 1px 2px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); }
.score { display: grid; grid-template-columns: minmax(0, 64px) auto minmax(0, 1fr) 44px; align-items: center; gap: 6px; padding: 2px 4px; min-height: 28px; }
.score.opacity { grid-template-columns: minmax(0, 92px) minmax(0, 1fr) 44px; }
.score label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.score input { width: 100%; min-width: 0; margin: 0; }
.score output { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.hint { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-contrast: more) { :host { --soft: var(--ink); --line: var(--ink); } }
@media (forced-colors: active) { .swatch, .swatch:checked { forced-color-adjust: none; } }
@media print { .panel, .bar .icon, .strip { display: none; } .viewer.controls { grid-template-columns: minmax(0, 1fr); } }
`;
