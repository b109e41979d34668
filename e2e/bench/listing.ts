import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { ensureBuild } from "../build";
import { RunningServer } from "../server";
import { type Line, log, median } from "./measure";

const rounds = 3;

/** What a long list costs a browser: made-up receives, no hosts, no lab. */
export async function listing(): Promise<Line[]> {
  await ensureBuild();
  const browser = await chromium.launch({
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    ...(existsSync("/usr/bin/chromium") ? { executablePath: "/usr/bin/chromium" } : {}),
  });
  try {
    return [...(await measured(browser, 1_000, 1_500)), ...(await measured(browser, 10_000, 5_000))];
  } finally {
    await browser.close();
  }
}

async function measured(browser: Browser, many: number, usableWithin: number): Promise<Line[]> {
  log(`${many} receives`);
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-bench-"));
  const configFile = join(stateDir, "hosts.json");
  writeFileSync(
    configFile,
    JSON.stringify({ hosts: [{ name: "nowhere", ssh: { destination: "nobody@halfway.invalid" } }] }),
  );
  const server = new RunningServer({
    ...{ port: Number(process.env.E2E_PORT ?? 3299), configFile, stateDir },
    env: { CROWD: String(many), CROWD_HOSTS: "10" },
    program: ["tsx", "e2e/crowd.ts"],
  });
  await server.start();
  try {
    const visits: Visit[] = [];
    for (let round = 0; round < rounds; round += 1) visits.push(await visit(browser, server));
    const of = (value: keyof Visit) => median(visits.map((one) => one[value]));
    return [
      { measure: `${many} receives: the page itself`, value: of("html"), unit: " kB", bound: 1_000 },
      {
        measure: `${many} receives: until one can be resumed`,
        ...{ value: of("usable"), unit: " ms", bound: usableWithin },
      },
      {
        measure: `${many} receives: until all are there`,
        ...{ value: of("all"), unit: " ms", bound: 2 * usableWithin },
      },
      {
        measure: `${many} receives: a frame while scrolling, p95`,
        value: of("frame"),
        unit: " ms",
        bound: 34,
      },
      { measure: `${many} receives: the longest frame`, value: of("longest"), unit: " ms", bound: 200 },
    ];
  } finally {
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

type Visit = { html: number; usable: number; all: number; frame: number; longest: number };

async function visit(browser: Browser, server: RunningServer): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    extraHTTPHeaders: server.headers,
  });
  const page = await context.newPage();
  const answer = await page.goto(server.url, { waitUntil: "commit" });
  const html = ((await answer?.body()) ?? Buffer.alloc(0)).length / 1000;
  // Live: what is pressed is heard.
  await page.getByText("Live", { exact: true }).waitFor();
  const usable = await page.evaluate(() => performance.now());
  await page.getByText(/on its way/).waitFor({ state: "detached" });
  const all = await page.evaluate(() => performance.now());
  const frames = await scrolled(page);
  await context.close();
  const p95 = frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? 0;
  return { html, usable, all, frame: p95, longest: Math.max(...frames) };
}

/** Milliseconds between the frames of three seconds' scrolling, some 50 rows a second. */
function scrolled(page: Page): Promise<number[]> {
  // As text: what the tools add to functions is not known in the page.
  return page.evaluate(`new Promise((resolve) => {
    const frames = [];
    let last = performance.now();
    const end = last + 3000;
    requestAnimationFrame(function step(now) {
      frames.push(now - last);
      window.scrollBy(0, (now - last) * 6);
      last = now;
      if (now < end) requestAnimationFrame(step);
      else resolve(frames.slice(1));
    });
  })`);
}
