import { discard, expect, expectIdle, open, rowOf, test } from "./fixtures";
import { makePartial, sh } from "./lab";

const name = "pages-holds";

test.beforeAll(() => discard(name));
test.afterAll(() => discard(name));

test("what a stopped transfer leaves held is listed with its need, and let go of once that is confirmed", async ({
  page,
}) => {
  const { source, target } = await makePartial({ name, kind: "full", sizeMb: 40, receivedMb: 5 });
  const holds = () => sh("tower", `zfs holds -H ${source}`);
  await open(page);
  const row = rowOf(page, target);
  await row.getByRole("button", { name: `Resume ${target}` }).click();
  await row.getByText("Bandwidth: not limited").click();
  await row.getByRole("textbox", { name: "At most, in MiB/s" }).fill("0.1");
  await row.getByRole("button", { name: "Hold back" }).click();
  await expect.poll(holds).toContain(`halfway:nas:${target}`);

  await page.getByRole("link", { name: "Holds", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Holds" })).toBeVisible();
  const held = page.getByRole("region", { name: "On tower" }).getByRole("listitem", { name: source });
  await expect(held.getByText("A transfer needs it")).toBeVisible();

  await page.getByRole("link", { name: "Receives", exact: true }).click();
  await row.getByRole("button", { name: `Stop ${target}` }).click();
  await expectIdle(row);
  await page.getByRole("link", { name: "Holds", exact: true }).click();
  await expect(held.getByText("The receive has stopped half-way and needs it to be finished.")).toBeVisible();
  await expect(held.getByText(`for ${target} on nas`)).toBeVisible();

  const button = held.getByRole("button", { name: `Release ${source}` });
  await button.click();
  const dialog = page.getByRole("dialog", { name: `Release ${source}?` });
  await expect(dialog.getByText("may never be finished")).toBeVisible();
  await expect(dialog.getByText(`zfs release halfway:nas:${target} ${source}`)).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(button).toBeFocused();
  expect(await holds()).toContain("halfway:");

  await button.click();
  await dialog.getByRole("button", { name: "Release it" }).click();
  await expect(page.getByText(`${source} on tower is not held by Halfway any more.`)).toBeVisible();
  await expect(held).toHaveCount(0);
  expect(await holds()).toBe("");
});
