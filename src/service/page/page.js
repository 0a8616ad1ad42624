/** The page: builds itself from openapi.json. Whatever the service or a file says is shown as text, never as markup. */

const at = (id) => document.getElementById(id);
const [form, file, input, hint, style, type, quality, token] = [
  "form",
  "file",
  "input",
  "hint",
  "style",
  "type",
  "quality",
  "token",
].map(at);

/** Tasks by slug, as openapi.json has them. */
const tasks = new Map();
let examples = {};
let pictures = [];
let shown = { result: "", original: "" };
let last = 0;
let drawn = 0;

function element(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = text;
  return made;
}

const current = () => tasks.get(new FormData(form).get("task"));
const exampleOf = ({ slug, example }) => examples[slug] ?? example;

/** JSON as people write it: lists of numbers and small objects in one line. */
function pretty(value) {
  return JSON.stringify(value, null, 2).replace(/[{[]\n\s+[^{}[\]]{1,110}?\n\s*[}\]]/g, (block, place) =>
    place === 0 ? block : block.replace(/\n\s*/g, " "),
  );
}

function bytes(count) {
  return count < 1e4 ? `${count} B` : count < 1e6 ? `${Math.round(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

function list(into, entries) {
  into.replaceChildren(
    ...entries.map(([name, value]) => {
      const pair = element("div");
      pair.append(element("dt", name), element("dd", value));
      return pair;
    }),
  );
}

function usePictures(found) {
  if (found.length === 0) return;
  pictures = [...found];
  if (shown.original) URL.revokeObjectURL(shown.original);
  shown.original = URL.createObjectURL(pictures[0]);
  at("thumb").src = at("original").src = shown.original;
  at("filename").textContent = pictures.map(({ name }) => name).join(", ");
  describe();
}

/** The task's own pictures: a grid of one picture is none. */
function picturesOf({ slug }) {
  if (slug !== "concat") return pictures.slice(0, 1);
  return pictures.length > 1 ? pictures : Array(4).fill(pictures[0]);
}

function choose(slug, isFirst = false) {
  const task = tasks.get(slug);
  at("about").textContent = task.description;
  file.multiple = slug === "concat";
  input.value = pretty(exampleOf(task));
  if (!isFirst) history.replaceState(null, "", `#${slug}`);
  check();
  describe();
}

/** @returns true if the input is JSON; says where it is not */
function check() {
  try {
    JSON.parse(input.value);
    hint.textContent = "";
    return true;
  } catch (error) {
    hint.textContent = error.message;
    return false;
  }
}

function address() {
  const query = new URLSearchParams();
  if (style.value) query.set("style", style.value);
  if (type.value === "jpeg" && quality.value !== "85") query.set("quality", quality.value);
  return `/v1/tasks/${current().slug}${query.size > 0 ? `?${query}` : ""}`;
}

/** The same call for a shell. */
function describe() {
  if (!current()) return;
  const quoted = (text) => (/^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const names = picturesOf(current()).map(({ name }) => `-F ${quoted(`image=@${name}`)}`);
  at("curl").textContent = [
    `curl ${quoted(location.origin + address())}`,
    ...(at("tokenfield").hidden ? [] : [`-H "Authorization: Bearer $LIMN_TOKEN"`]),
    `-H ${quoted(`Accept: image/${type.value}`)}`,
    ...names,
    `-F input=@input.json`,
    `-o drawn.${type.value === "png" ? "png" : "jpg"}`,
  ].join(" \\\n  ");
}

async function run() {
  if (!check() || pictures.length === 0) return input.focus();
  const turn = ++last;
  const task = current();
  const body = new FormData();
  for (const picture of picturesOf(task)) body.append("image", picture);
  body.append("input", input.value);
  const headers = { accept: `image/${type.value}` };
  if (token.value) headers.authorization = `Bearer ${token.value}`;
  at("stage").classList.add("busy");
  const start = performance.now();
  let answer;
  let found;
  try {
    answer = await fetch(address(), { method: "POST", body, headers });
    found = answer.ok ? await answer.blob() : await answer.text();
  } catch (error) {
    answer = undefined;
    found = error.message;
  }
  const total = performance.now() - start;
  if (turn !== last) return; // another was started since
  at("stage").classList.remove("busy");
  if (answer?.ok) succeed(answer, found, total);
  else fail(answer, found);
}

function succeed(answer, picture, total) {
  const times = new Map(
    Array.from((answer.headers.get("server-timing") ?? "").matchAll(/(\w+);dur=([\d.]+)/g), ([, name, ms]) => [
      name,
      ms,
    ]),
  );
  const result = at("result");
  if (shown.result) URL.revokeObjectURL(shown.result);
  result.src = shown.result = URL.createObjectURL(picture);
  const ending = picture.type === "image/jpeg" ? "jpg" : "png";
  Object.assign(at("save"), { href: shown.result, download: `drawn.${ending}`, hidden: false });
  at("compare").hidden = false;
  at("empty").hidden = at("problem").hidden = true;
  compare(false);
  // on a phone the picture is below the form
  if (drawn > 0) at("stage").scrollIntoView({ block: "nearest", behavior: "smooth" });
  drawn += 1;
  result.decode().then(
    () =>
      list(at("times"), [
        ["Drawn in", `${times.get("work") ?? "?"} ms`],
        ["Waited", `${times.get("queue") ?? "?"} ms`],
        ["There and back", `${total.toFixed(0)} ms`],
        ["Size", `${result.naturalWidth} × ${result.naturalHeight}`],
        [ending.toUpperCase(), bytes(picture.size)],
      ]),
    () => undefined,
  );
}

function fail(answer, text) {
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    problem = { title: "No answer", detail: text };
  }
  const [title, detail, rest] = at("problem").children;
  title.textContent = answer ? `${answer.status} ${problem.title ?? ""}` : problem.title;
  detail.textContent = problem.detail ?? "";
  const wait = answer?.headers.get("retry-after");
  list(
    rest,
    [
      ["Code", problem.code],
      ["Object", problem.object],
      ["Field", problem.field],
      ["Try again in", wait && `${wait} s`],
      ["Request", problem.requestId],
    ].filter(([, value]) => value !== undefined && value !== null),
  );
  at("problem").hidden = false;
  // what is still shown is not what was asked for
  at("stage").classList.add("busy");
  at("problem").scrollIntoView({ block: "nearest", behavior: "smooth" });
  if (answer?.status === 401) token.focus();
}

function compare(isOriginal) {
  at("compare").setAttribute("aria-pressed", String(isOriginal));
  at("original").hidden = !isOriginal;
  at("result").hidden = isOriginal;
}

function listen() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  at("tasks").addEventListener("change", ({ target }) => {
    choose(target.value);
    run();
  });
  for (const control of [style, type, quality])
    control.addEventListener("change", () => {
      quality.disabled = type.value !== "jpeg";
      describe();
      run();
    });
  input.addEventListener("input", check);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  at("reset").addEventListener("click", () => choose(current().slug));
  at("compare").addEventListener("click", () => compare(at("original").hidden));
  at("copy").addEventListener("click", async () => {
    await navigator.clipboard?.writeText(at("curl").textContent);
    at("copy").textContent = "Copied";
    setTimeout(() => (at("copy").textContent = "Copy"), 1500);
  });
  file.addEventListener("change", () => usePictures(file.files));
  const drop = at("drop");
  for (const name of ["dragover", "dragleave", "drop"])
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
      if (name === "drop") usePictures([...event.dataTransfer.files].filter(isPicture));
    });
  document.addEventListener("paste", (event) => usePictures([...event.clipboardData.files].filter(isPicture)));
}

const isPicture = (entry) => entry.type.startsWith("image/");

async function start() {
  const [described, found, picture] = await Promise.all([
    fetch("openapi.json").then((answer) => answer.json()),
    fetch("examples.json").then((answer) => answer.json()),
    fetch("street.jpg").then((answer) => answer.blob()),
  ]);
  examples = found;
  for (const [path, { post }] of Object.entries(described.paths)) {
    if (!post) continue;
    const slug = path.slice(path.lastIndexOf("/") + 1);
    tasks.set(slug, { slug, description: post.description, example: post["x-example"] });
    const label = element("label", undefined, { title: post.summary });
    const radio = element("input", undefined, { type: "radio", name: "task", value: slug });
    label.append(radio, element("span", slug.replaceAll("-", " ")));
    at("tasks").append(label);
  }
  const [operation] = Object.values(described.paths).map(({ post }) => post);
  const styles = operation.parameters.find(({ name }) => name === "style").schema.enum;
  style.append(element("option", "of the task", { value: "" }));
  style.append(...styles.map((name) => element("option", name, { value: name })));
  at("tokenfield").hidden = !described.components.securitySchemes;
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = tasks.has(wanted) ? wanted : "detection";
  form.elements.task.value = first;
  usePictures([new File([picture], "street.jpg", { type: picture.type })]);
  choose(first, true);
  listen();
  if (at("tokenfield").hidden) run();
}

start().catch((error) => fail(undefined, String(error)));
