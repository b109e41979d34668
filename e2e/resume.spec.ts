import type { Page } from "@playwright/test";
import {
  errorsIn,
  expect,
  expectFinished,
  expectIdle,
  open,
  receivedBytes,
  receivedMoreThan,
  receiverOf,
  rowOf,
  test,
} from "./fixtures";
import { exists, guid, makePartial, sh } from "./lab";

async function resume(page: Page, dataset: string): Promise<void> {
  await rowOf(page, dataset)
    .getByRole("button", { name: `Resume ${dataset}` })
    .click();
  await expect(page.getByRole("progressbar", { name: new RegExp(dataset) })).toBeVisible();
}

test("resume finishes an incremental receive", async ({ page }) => {
  await open(page);
  await rowOf(page, "backup/photos").getByRole("button", { name: "Resume backup/photos" }).click();
  await expectFinished(page, "backup/photos");
  // Where it stood it says so, and the button that comes next does not move under the pointer.
  await expect(rowOf(page, "backup/photos").getByText(/is complete on nas/)).toBeVisible();
  expect(await guid("nas", "backup/photos@2026-11-02")).toBe(await guid("tower", "tank/photos@2026-11-02"));
});

test("a full receive can be stopped in the middle, loses nothing, and is finished later", async ({
  page,
  uplink,
}) => {
  const dataset = "backup/projects";
  const before = await receivedBytes(dataset);
  await uplink.slow();
  await open(page);
  await resume(page, dataset);
  await receivedMoreThan(dataset, before);
  await rowOf(page, dataset)
    .getByRole("button", { name: `Stop ${dataset}` })
    .click();
  await expectIdle(rowOf(page, dataset));
  const stopped = await receivedBytes(dataset);
  expect(stopped).toBeGreaterThan(before);
  expect(await exists("nas", "backup/projects@monday")).toBe(false);

  await uplink.quick();
  await rowOf(page, dataset)
    .getByRole("button", { name: `Resume ${dataset}` })
    .click();
  await expectFinished(page, dataset);
  expect(await guid("nas", "backup/projects@monday")).toBe(await guid("tower", "tank/projects@monday"));
});

test("stop, lose the link, resume again: as often as one likes, and never a byte back", async ({
  page,
  uplink,
}) => {
  const { source, target, toGuid } = await makePartial({
    name: "often",
    kind: "incremental",
    sizeMb: 90,
    receivedMb: 10,
  });
  await uplink.slow();
  await open(page);
  let received = await receivedBytes(target);
  for (const interrupt of ["stop", "link", "stop"] as const) {
    await expectIdle(rowOf(page, target));
    await resume(page, target);
    await receivedMoreThan(target, received);
    if (interrupt === "link") {
      // Ends the SSH session that feeds zfs receive, as a broken link does: it goes on by itself.
      await sh("nas", `kill -9 $(ps -o ppid= -p $(${receiverOf(target)}))`);
      await expect(rowOf(page, target).getByText("Attempt 2.")).toBeVisible();
    }
    await rowOf(page, target)
      .getByRole("button", { name: `Stop ${target}` })
      .click();
    await expectIdle(rowOf(page, target));
    const now = await receivedBytes(target);
    expect(now).toBeGreaterThanOrEqual(received);
    received = now;
  }
  await uplink.quick();
  await rowOf(page, target)
    .getByRole("button", { name: `Resume ${target}` })
    .click();
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  expect(await guid("tower", source)).toBe(toGuid);
});

test("two browsers see the same transfer, and only one of two clicks starts it", { tag: "@once" }, async ({
  page,
  browser,
  baseURL,
  extraHTTPHeaders,
  uplink,
}) => {
  const { target, toGuid } = await makePartial({ name: "both", kind: "full", sizeMb: 60, receivedMb: 8 });
  await uplink.slow();
  const context = await browser.newContext({ baseURL, extraHTTPHeaders });
  const errors = errorsIn(context);
  const other = await context.newPage();
  await Promise.all([open(page), open(other)]);
  const buttons = [page, other].map((one) =>
    rowOf(one, target).getByRole("button", { name: `Resume ${target}` }),
  );
  for (const button of buttons) await expect(button).toBeVisible();
  await Promise.all(buttons.map((button) => button.click()));
  for (const one of [page, other])
    await expect(one.getByRole("progressbar", { name: new RegExp(target) })).toBeVisible();
  // ZFS would refuse a second receive, so what counts is that Halfway started only one.
  const list = await (await page.request.get("/api/trpc/transfers.list")).json();
  const ours = list.result.data.json.filter(({ dataset }: { dataset: string }) => dataset === target);
  expect(ours).toHaveLength(1);
  await uplink.quick();
  for (const one of [page, other]) await expectFinished(one, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  expect(errors).toEqual([]);
  await context.close();
});
