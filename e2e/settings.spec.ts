import type { Page } from "@playwright/test";
import { discard, expect, open, test } from "./fixtures";
import { guid, makePartial } from "./lab";

const name = "pages-policy";

test.beforeAll(() => discard(name));
test.afterAll(() => discard(name));

async function openSettings(page: Page): Promise<void> {
  await page.goto("/settings");
  await expect(page.getByRole("button", { name: "Add a policy" })).toBeVisible();
}

test("settings count when they are saved, and what is no number is not saved", async ({ page }) => {
  await open(page);
  await page.getByRole("link", { name: "Settings" }).click();
  const overall = page.getByRole("textbox", { name: "Transfers at work at once" });
  const save = page.getByRole("button", { name: "Save the settings" });
  await expect(overall).toHaveValue("8");
  await expect(save).toBeDisabled();
  await overall.fill("none");
  await expect(page.getByText("A whole number from 1 to 100.", { exact: true })).toBeVisible();
  await expect(save).toBeDisabled();
  await overall.fill("3");
  await page.reload();
  await expect(overall).toHaveValue("8");
  await overall.fill("3");
  await save.click();
  await expect(page.getByText("The settings are saved.")).toBeVisible();
  await page.reload();
  await expect(overall).toHaveValue("3");
  await overall.fill("8");
  await save.click();
  await expect(page.getByText("The settings are saved.")).toBeVisible();
});

test("policies are ordered, the first that fits counts, and the dry run says so before anything is saved", async ({
  page,
}) => {
  await openSettings(page);
  await expect(page.getByText("No policies: nothing that Halfway did not begin")).toBeVisible();
  for (const [policy, mode] of [
    ["Everything", "Ask"],
    ["Never logs", "Leave alone"],
  ] as const) {
    await page.getByRole("button", { name: "Add a policy" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(policy);
    await page.getByRole("radio", { name: mode }).check();
  }
  await page.getByRole("textbox", { name: "Datasets" }).fill("backup/logs");
  const policies = page.getByRole("form", { name: "Policies" });
  const dryRun = page.getByRole("region", { name: /^What these policies would do now/ });
  await expect(dryRun.getByText("These policies would now resume nothing.")).toBeVisible();
  await expect(dryRun.getByText("Left alone:")).toHaveCount(0);
  const up = policies.getByRole("button", { name: "Move Never logs up" });
  await up.click();
  await expect(policies.getByRole("listitem", { name: "Never logs" })).toContainText("1. Never logs");
  await expect(
    dryRun.getByRole("list", { name: "Left alone:" }).getByText("backup/logs on nas"),
  ).toBeVisible();
  await policies.getByRole("button", { name: "Remove Everything" }).click();
  await page.getByRole("button", { name: "Discard the changes of the policies" }).click();
  await expect(page.getByText("No policies: nothing that Halfway did not begin")).toBeVisible();
});

test("a policy resumes what stood still for a minute, nothing else, and no more once it is gone", async ({
  page,
}) => {
  const { target, toGuid } = await makePartial({ name, kind: "full", sizeMb: 16, receivedMb: 5 });
  await openSettings(page);
  await page.getByRole("button", { name: "Add a policy" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Ours alone");
  await page.getByRole("textbox", { name: "Datasets" }).fill(target);
  await page.getByRole("radio", { name: "Resume" }).check();
  await page.getByRole("textbox", { name: "Minutes to stand still" }).fill("1");
  const dryRun = page.getByRole("region", { name: /^What these policies would do now/ });
  await expect(dryRun.getByRole("list", { name: "Not now:" })).toContainText(`${target} on nas`);
  await page.getByRole("button", { name: "Save the policies" }).click();
  await expect(page.getByText("The policies are saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("listitem", { name: "Ours alone" })).toContainText(
    `Resumes ${target} on any host after 1 min without a byte`,
  );

  await page.getByRole("link", { name: "Transfers", exact: true }).click();
  const begun = page.getByRole("list", { name: "Transfers" }).getByRole("listitem", { name: `${target}: ` });
  await expect(begun).toHaveAccessibleName(`${target}: Finished`, { timeout: 150_000 });
  await expect(begun.getByText("asked for by policy “Ours alone”")).toBeVisible();
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);

  await openSettings(page);
  await page.getByRole("button", { name: "Remove Ours alone" }).click();
  await page.getByRole("button", { name: "Save the policies" }).click();
  await expect(page.getByText("The policies are saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("No policies: nothing that Halfway did not begin")).toBeVisible();
});
