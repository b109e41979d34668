import type { Page } from "@playwright/test";
import { discard, expect, open, receivedBytes, receivedMoreThan, receiverOf, rowOf, test } from "./fixtures";
import { guid, makePartial, sh } from "./lab";

const names = ["page-of-one", "page-protected"] as const;

test.beforeAll(async () => {
  for (const name of names) await discard(name);
});
test.afterAll(async () => {
  for (const name of names) await discard(name);
});

/** Opens the page of one receive and waits until it is live. */
async function openReceive(page: Page, dataset: string): Promise<void> {
  await page.goto(`/receives/${encodeURIComponent(`nas:${dataset}`)}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: dataset, exact: true })).toBeVisible();
}

test("one receive from its verdict to its end: the evidence, the rate and both sides' words while it runs, and what is remembered", async ({
  page,
  uplink,
}) => {
  const { source, target, toGuid } = await makePartial({
    name: names[0],
    kind: "full",
    sizeMb: 70,
    receivedMb: 5,
  });
  await open(page);
  await expect(rowOf(page, target)).toBeVisible();
  await openReceive(page, target);
  await expect(page).toHaveTitle(`${target} (nas)`);

  const verdict = page.getByRole("region", { name: "Whether it can be finished" });
  await expect(verdict.getByText("Stopped half-way · can be resumed", { exact: true })).toBeVisible();
  const evidence = page.getByRole("region", { name: "How we know" });
  await expect(evidence.getByRole("listitem").first()).toBeVisible({ timeout: 60_000 });
  await expect(evidence.getByText(new RegExp(`tower can send ${source}`))).toBeVisible();
  await expect(evidence.getByRole("button", { name: /^(Copy|Select): / }).first()).toBeVisible();
  await evidence.getByRole("button", { name: "Look again" }).click();
  await expect(evidence.getByText(/^judged /)).toBeVisible({ timeout: 60_000 });

  const received = page.getByRole("region", { name: "What is received" });
  await expect(received.getByText(new RegExp(`^Full send of ${source}`))).toBeVisible();
  await received.getByText("All that the resume token says").click();
  await expect(received.getByText("Its GUID", { exact: true })).toBeVisible();
  const commands = page.getByRole("region", { name: "Commands", exact: true });
  await commands.getByText("What Resume would run").click();
  await expect(commands.getByText(/zfs receive -s -u/).first()).toBeVisible({ timeout: 60_000 });
  const attempts = page.getByRole("region", { name: "Transfers and their attempts" });
  await expect(attempts.getByText(/^None that Halfway remembers/)).toBeVisible();

  await uplink.slow();
  const before = await receivedBytes(target);
  await verdict.getByRole("button", { name: `Resume ${target}` }).click();
  await expect(page.getByRole("progressbar", { name: new RegExp(target) })).toBeVisible();
  const runs = page.getByRole("region", { name: "As it runs" });
  await expect(
    runs.getByRole("img", { name: /^Rate over time. While bytes moved: .*\/s on average/ }),
  ).toBeVisible();
  const log = runs.getByRole("log", { name: "What both sides say" });
  await expect(log).toBeVisible();
  await runs.getByRole("button", { name: "Pause" }).click();
  await runs.getByRole("button", { name: "Read on" }).click();
  await receivedMoreThan(target, before);

  // Ends the SSH session that feeds zfs receive, as a broken link does: it goes on by itself.
  await sh("nas", `kill -9 $(ps -o ppid= -p $(${receiverOf(target)}))`);
  await expect(attempts.getByText("Attempt 2", { exact: true })).toBeVisible();
  const first = attempts.getByRole("listitem").filter({ hasText: /^Attempt 1\b/ });
  await expect(first.getByText(/ sent in /)).toBeVisible();
  await expect(first.getByText(/kept and can be resumed/)).toBeVisible();
  await uplink.quick();

  await expect(
    page.getByText(`${target} on nas holds no interrupted receive: it has been finished.`),
  ).toBeVisible({
    timeout: 120_000,
  });
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await expect(
    page.getByRole("list", { name: "How it ended" }).getByText(/is complete on nas/),
  ).toBeVisible();

  // From here to the transfer, and back again.
  await attempts.getByRole("link", { name: `Details of the transfer into ${target}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Resume: ${target}` })).toBeVisible();
  await page.getByRole("link", { name: "The receive it is for" }).click();
  await expect(page.getByRole("heading", { level: 1, name: target, exact: true })).toBeVisible();

  // The words of the attempt that came last are kept; they hold no token.
  const last = page.getByRole("region", { name: "The last attempt" });
  await last.getByText("What both sides say", { exact: true }).click();
  await expect(last.getByRole("log")).toBeVisible();
  await expect(last.getByText("Reading…")).toHaveCount(0);
  await expect(last.getByRole("log")).not.toContainText(/1-[0-9a-f]+-[0-9a-f]+-[0-9a-f]{20}/);
  await page.getByRole("link", { name: "All receives" }).click();
  await expect(page).toHaveURL(/\/$/);
});

test("a source is protected with one click, let go of with two, and by itself when its receive ends", async ({
  page,
}) => {
  const { source, target } = await makePartial({ name: names[1], kind: "full", sizeMb: 20, receivedMb: 5 });
  const holds = () => sh("tower", `zfs holds -H ${source}`);
  await open(page);
  await expect(rowOf(page, target)).toBeVisible();
  await openReceive(page, target);
  const needs = page.getByRole("region", { name: "What it needs on its source" });
  const needed = needs.getByRole("list", { name: "Snapshots it needs on tower" }).getByRole("listitem");
  await expect(needed).toHaveCount(1, { timeout: 60_000 });
  await expect(needed.getByText("Nothing holds it: it can be destroyed at any time.")).toBeVisible();
  await needs.getByText("What runs", { exact: true }).click();
  await expect(needs.getByText(new RegExp(`zfs hold halfway:nas:${target} ${source}`)).first()).toBeVisible();

  await needs.getByRole("button", { name: "Protect source" }).click();
  await expect(
    needs.getByText("The source is protected: Halfway lets go of it when this receive ends."),
  ).toBeVisible();
  expect(await holds()).toContain(`halfway:nas:${target}`);

  await needed.getByRole("button", { name: `Release ${source}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Release it" }).click();
  await expect(needed.getByText("Nothing holds it: it can be destroyed at any time.")).toBeVisible();
  expect(await holds()).toBe("");

  await needs.getByRole("button", { name: "Protect source" }).click();
  await expect.poll(holds).toContain(`halfway:nas:${target}`);
  await page.getByRole("button", { name: `Abort ${target}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(target);
  await dialog.getByRole("button", { name: /^Abort/ }).click();
  await expect(page.getByRole("heading", { name: "Nothing stopped half-way here" })).toBeVisible({
    timeout: 60_000,
  });
  await expect.poll(holds, { timeout: 30_000 }).toBe("");
});

test("a receive that there never was is said to be none, and nothing is made up about it", async ({
  page,
}) => {
  await openReceive(page, "backup/never-there");
  await expect(page.getByText(/^backup\/never-there on nas holds no interrupted receive/)).toBeVisible();
  await expect(page.getByText(/^None that Halfway remembers/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Resume/ })).toHaveCount(0);
});
