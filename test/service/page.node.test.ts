/** The page that tries the service, in a browser. */
import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { encodePng, Frame } from "../../src/index.ts";
import { OFFERED } from "../../src/service/tasks.ts";
import { chromiumTest, fileBrowser } from "../support/chromium.ts";
import { type Running, startService } from "../support/service.ts";

const browser = fileBrowser();
const photo = encodePng(Frame.create(96, 72, { fill: 0x557799 }));
/** Sets `window.hacked` wherever it is taken for markup. */
const EVIL = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script><svg onload="window.hacked=1">`;

interface Opened {
  readonly page: Page;
  readonly running: Running;
  /** Addresses that were asked outside of the service. */
  readonly foreign: string[];
  readonly complaints: string[];
}

async function open(hash = "", options: Parameters<typeof startService>[0] = {}): Promise<Opened> {
  const running = await startService(options);
  const page = await browser().newPage();
  onTestFinished(() => page.close());
  const [foreign, complaints]: [string[], string[]] = [[], []];
  page.on("request", (request) => {
    if (!request.url().startsWith(running.url) && !request.url().startsWith("blob:")) foreign.push(request.url());
  });
  page.on("console", (message) => {
    // a refused request is no fault of the page
    if (["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => void (complaints.push(dialog.message()), dialog.dismiss()));
  await page.goto(`${running.url}/${hash}`);
  return { page, running, foreign, complaints };
}

const drawn = (page: Page): Promise<unknown> => page.locator("#times dd").first().waitFor();
const hacked = (page: Page): Promise<unknown> => page.evaluate("window.hacked");

chromiumTest("every task has an example that is drawn, with nothing from elsewhere", async () => {
  const { page, running, foreign, complaints } = await open();
  await drawn(page);
  for (const [i, { slug }] of OFFERED.entries()) {
    await page.locator(`#tasks input[value=${slug}]`).check({ force: true });
    const count = slug === "detection" ? 1 : i + 1;
    await expect
      .poll(() => running.records.filter(({ status, task }) => status === 200 && task).length)
      .toBeGreaterThan(count - 1);
    await expect.poll(() => page.locator("#stage").getAttribute("class")).not.toContain("busy");
    expect(await page.locator("#problem").isVisible(), slug).toBe(false);
    expect(await page.locator("#curl").textContent()).toContain(`/v1/tasks/${slug} `);
  }
  expect(running.records.filter(({ status }) => status >= 400)).toEqual([]);
  expect([foreign, complaints]).toEqual([[], []]);
  expect(await page.locator("#times").textContent()).toMatch(/Drawn in[\d.]+ ms.*320 × 240/);
});

chromiumTest("a dropped picture, another style and a JPEG are what is drawn and what the shell is told", async () => {
  const { page, running } = await open("#ocr");
  await drawn(page);
  await page.setInputFiles("#file", { name: "it's mine.png", mimeType: "image/png", buffer: Buffer.from(photo) });
  await page.selectOption("#style", "instill-b");
  await page.selectOption("#type", "jpeg");
  await page.fill("#quality", "40");
  await page.click("#run");
  await expect.poll(() => page.locator("#times").textContent()).toMatch(/96 × 72.*JPG/);
  expect(await page.locator("#curl").textContent()).toBe(
    [
      `curl '${running.url}/v1/tasks/ocr?style=instill-b&quality=40'`,
      "-H 'Accept: image/jpeg'",
      `-F 'image=@it'\\''s mine.png'`,
      "-F input=@input.json",
      "-o drawn.jpg",
    ].join(" \\\n  "),
  );
  await page.click("#compare");
  expect(await page.locator("#original").isVisible()).toBe(true);
  expect(await page.locator("#result").isVisible()).toBe(false);
});

chromiumTest("strings of an input, a file or an address never run", async () => {
  const { page, complaints, foreign } = await open(`#${encodeURIComponent(EVIL)}`);
  await drawn(page);
  await page.setInputFiles("#file", { name: `${EVIL}.png`, mimeType: "image/png", buffer: Buffer.from(photo) });
  const box = { left: 20, top: 30, width: 40, height: 30 };
  await page.fill(
    "#input",
    JSON.stringify({ objects: [{ category: EVIL, score: 0.5, "bounding-box": box }], "show-score": true }),
  );
  await page.click("#run");
  await expect.poll(() => page.locator("#times").textContent()).toMatch(/96 × 72/);
  // the answer repeats what it did not understand
  await page.fill(
    "#input",
    JSON.stringify({ objects: [{ category: "a", "bounding-box": `<img src=x onerror=window.hacked=1>` }] }),
  );
  await page.click("#run");
  await page.locator("#problem").waitFor();
  expect(await page.locator("#problem").textContent()).toContain("<img src=x onerror=window.hacked=1>");
  expect(await page.locator("#problem img, #drop script, #curl img, #filename img").count()).toBe(0);
  await page.fill("#input", EVIL);
  await page.click("#run");
  expect(await page.locator("#hint").textContent()).not.toBe("");
  await page.waitForTimeout(200);
  expect([await hacked(page), complaints, foreign]).toEqual([undefined, [], []]);
});

chromiumTest("even markup that got into the page would not run", async () => {
  const { page, foreign } = await open();
  await drawn(page);
  const outcome = await page.evaluate(`(async () => {
    const refused = [];
    for (const work of [
      () => (document.body.innerHTML += ${JSON.stringify(EVIL)}),
      () => { const script = document.createElement("script"); script.textContent = "window.hacked=1"; document.body.append(script); },
      () => fetch("https://example.com/"),
      () => { const image = new Image(); image.setAttribute("onerror", "window.hacked=1"); image.src = "/nothing"; document.body.append(image); },
    ]) try { await work(); refused.push(false); } catch { refused.push(true); }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [refused.slice(0, 3), window.hacked];
  })()`);
  expect(outcome).toEqual([[true, true, true], undefined]);
  expect(foreign).toEqual([]);
});

chromiumTest("a service with a token asks for it, and the page sends it nowhere else", async () => {
  const { page, running, foreign } = await open("", { token: "correct-horse" });
  await page.locator("#tokenfield").waitFor();
  await page.click("#run");
  await expect.poll(() => page.locator("#problem h2").textContent()).toBe("401 Unauthorized");
  await page.fill("#token", "correct-horse");
  await page.click("#run");
  await drawn(page);
  expect(await page.locator("#problem").isVisible()).toBe(false);
  expect(await page.locator("#curl").textContent()).toContain('-H "Authorization: Bearer $LIMN_TOKEN"');
  expect(await page.content()).not.toContain("correct-horse");
  expect(foreign).toEqual([]);
  expect(running.records.filter(({ status, task }) => status === 200 && task).length).toBe(1);
});

test("the page has no script and no style of its own inside, and nothing may frame it", async () => {
  const { url } = await startService();
  const answer = await fetch(url);
  const text = await answer.text();
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:|https?:/i);
  const policy = answer.headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  for (const [, name] of text.matchAll(/(?:src|href)="([^"#]+)"/g))
    expect((await fetch(`${url}/${name}`)).status, name).toBe(200);
  for (const path of ["/page.css/", "/..%2fpackage.json", "/%2e%2e/package.json", "/page.js%00", "/constructor"])
    expect((await fetch(url + path)).status, path).toBe(404);
});
