import type { Page } from "@playwright/test";
import { discard, expect, expectFinished, open, rowOf, test } from "./fixtures";
import { guid, makePartial } from "./lab";

const names = ["pages-first", "pages-second", "pages-third"];

const discardAll = async () => {
  for (const name of names) await discard(name);
};
test.beforeAll(discardAll);
test.afterAll(discardAll);

async function allow(page: Page, overall: string): Promise<void> {
  await page.goto("/settings");
  await page.getByRole("textbox", { name: "Transfers at work at once" }).fill(overall);
  await page.getByRole("button", { name: "Save the settings" }).click();
  await expect(page.getByText("The settings are saved.")).toBeVisible();
}

test("who waits for a place says so, is moved by buttons, and leaves the queue when stopped", async ({
  page,
}) => {
  const made = [];
  for (const name of names) made.push(await makePartial({ name, kind: "full", sizeMb: 40, receivedMb: 5 }));
  const [first = "", second = "", third = ""] = made.map(({ target }) => target);
  await allow(page, "1");
  await open(page);
  await rowOf(page, first)
    .getByRole("button", { name: `Resume ${first}` })
    .click();
  await rowOf(page, first).getByText("Bandwidth: not limited").click();
  await rowOf(page, first).getByRole("textbox", { name: "At most, in MiB/s" }).fill("0.05");
  await rowOf(page, first).getByRole("button", { name: "Hold back" }).click();
  await expect(rowOf(page, first).getByText(/^Bandwidth: at most 5\d\.\d KiB\/s$/)).toBeVisible();
  for (const [at, target] of [second, third].entries()) {
    await rowOf(page, target)
      .getByRole("button", { name: `Resume ${target}` })
      .click();
    await expect(rowOf(page, target).getByText(`Number ${at + 1} in the queue;`)).toBeVisible();
  }
  const toTheFront = rowOf(page, third).getByRole("button", {
    name: `Move ${third} to the front of the queue`,
  });
  await toTheFront.focus();
  await page.keyboard.press("Enter");
  await expect(rowOf(page, third).getByText("Number 1 in the queue;")).toBeVisible();
  await expect(rowOf(page, second).getByText("Number 2 in the queue;")).toBeVisible();
  await expect(toTheFront).toBeFocused();
  await expect(toTheFront).toBeDisabled();

  await rowOf(page, second)
    .getByRole("button", { name: `Stop ${second}` })
    .click();
  await expect(page.getByRole("listitem", { name: `${second}: Stopped` })).toBeVisible();
  await rowOf(page, first).getByRole("button", { name: "No limit" }).click();
  await expectFinished(page, first);
  await expectFinished(page, third);
  expect(await guid("nas", `${third}@next`)).toBe(made[2]?.toGuid);
  await allow(page, "8");
});
