import { expect, open, rowOf, test } from "./fixtures";

const seeded = [
  ["backup/projects", "full", "tank/projects@monday"],
  ["backup/photos", "incremental", "tank/photos@2026-11-02"],
  ["backup/vault", "full", "tank/vault@daily"],
  ["backup/vm-disk", "full", "tank/vm-disk@daily"],
  ["backup/media", "full", "tank/media@daily"],
  ["backup/home", "incremental", "tank/home@tue"],
  ["backup/mail", "incremental", "tank/mail@new"],
  ["backup/wiki", "full", "tank/wiki@weekly"],
  ["backup/ledger", "incremental", "tank/ledger@next"],
  ["backup/limited/archive", "full", "tank/archive@full"],
  ["backup/team", "incremental", "tank/team@s3"],
  ["backup/Family Films", "full", "tank/Family Films@2026"],
  ["backup/logs", "full", "tank/logs@today"],
] as const;

test("every interrupted receive of the host is listed with what it is", async ({ page }) => {
  await open(page);
  for (const [dataset, kind, source] of seeded) {
    const row = rowOf(page, dataset);
    await expect(row, dataset).toBeVisible();
    await expect(row.getByText(kind, { exact: true }), dataset).toBeVisible();
    await expect(row.getByText(`from ${source}`, { exact: true }), dataset).toBeVisible();
    await expect(row.getByText(/\d (KiB|MiB|GiB)/).first(), dataset).toBeVisible();
  }
});

const verdicts = [
  ["backup/projects", "can be resumed"],
  ["backup/photos", "can be resumed"],
  ["backup/vault", "can be resumed"],
  ["backup/vm-disk", "can be resumed"],
  ["backup/media", "can be resumed"],
  ["backup/ledger", "can be resumed"],
  ["backup/team", "can be resumed"],
  ["backup/Family Films", "can be resumed"],
  ["backup/home", "can be finished with a rollback"],
  ["backup/mail", "cannot be finished"],
  ["backup/wiki", "cannot be finished"],
  ["backup/limited/archive", "blocked by a quota"],
  ["backup/usb-disk", "not known whether it can be finished"],
] as const;

test("each row says what an expert would, before anything is tried", async ({ page }) => {
  await open(page);
  for (const [dataset, verdict] of verdicts) {
    const words = rowOf(page, dataset).getByText(`Stopped half-way · ${verdict}`, { exact: true });
    await expect(words, dataset).toBeVisible({ timeout: 60_000 });
  }
  const blocked = rowOf(page, "backup/limited/archive");
  await expect(blocked.getByRole("button", { name: "Resume backup/limited/archive" })).toBeDisabled();
  const dead = rowOf(page, "backup/wiki");
  await expect(dead.getByRole("button", { name: "Resume backup/wiki" })).toBeDisabled();
  await expect(dead.getByRole("button", { name: "Abort backup/wiki" })).toBeEnabled();
  // How we know, and what repairs it, is a click away.
  await dead.getByRole("link", { name: "backup/wiki" }).click();
  await expect(page).toHaveURL(`/receives/${encodeURIComponent("nas:backup/wiki")}`);
  await expect(page.getByText(/^It was receiving tank\/wiki@weekly/).first()).toBeVisible();
  await page.goBack();
  await blocked.getByRole("link", { name: "backup/limited/archive" }).click();
  await expect(page.getByText(/^zfs set quota=\d+M backup\/limited$/).first()).toBeVisible();
});

test("a receive that somebody else is running is shown as such and cannot be touched", async ({ page }) => {
  await open(page);
  const row = rowOf(page, "backup/logs");
  await expect(row.getByText(/being received now/i)).toBeVisible();
  await expect(row.getByRole("button", { name: /resume|abort|force/i })).toHaveCount(0);
  const stopped = rowOf(page, "backup/projects");
  await expect(stopped.getByRole("button", { name: "Resume backup/projects" })).toBeEnabled();
  await expect(stopped.getByRole("button", { name: "Abort backup/projects" })).toBeEnabled();
});

test("the list can be searched, narrowed and ordered, and its address says how", async ({ page }) => {
  await open(page);
  await expect(rowOf(page, "backup/wiki").getByText("· cannot be finished")).toBeVisible({ timeout: 60_000 });
  const search = page.getByRole("searchbox", { name: "Search dataset and source names" });
  await search.fill("tank/WIKI");
  await expect(page.getByText(/^1 of \d+ shown$/)).toBeVisible();
  await expect(rowOf(page, "backup/wiki")).toBeVisible();
  await expect(rowOf(page, "backup/vault")).toHaveCount(0);
  await expect(search).toBeFocused();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("combobox", { name: "State" }).selectOption("Needs a person");
  await expect(page).toHaveURL(/\?kind=person$/);
  await expect(rowOf(page, "backup/vault")).toHaveCount(0);
  await page.reload();
  await expect(rowOf(page, "backup/wiki")).toBeVisible();
  await expect(rowOf(page, "backup/vault")).toHaveCount(0);
  await search.fill("no such thing");
  await expect(page.getByText("No receive is like that.")).toBeVisible();
});

test("several are resumed together only after they were shown, and what takes more than a click is left out", async ({
  page,
}) => {
  await open(page);
  await expect(rowOf(page, "backup/wiki").getByText("· cannot be finished")).toBeVisible({ timeout: 60_000 });
  await expect(rowOf(page, "backup/vault").getByText("· can be resumed")).toBeVisible({ timeout: 60_000 });
  for (const dataset of ["backup/vault", "backup/wiki"]) {
    await page.getByRole("checkbox", { name: `Select ${dataset}` }).check();
  }
  await page.getByRole("button", { name: "Resume 1…" }).click();
  const dialog = page.getByRole("dialog", { name: "Resume 1 receive" });
  await dialog.getByText("backup/vault", { exact: true }).click();
  await expect(dialog.getByText(/zfs receive .*backup\/vault/).first()).toBeVisible();
  const left = dialog.getByRole("region", { name: "Not among them" });
  await expect(left.getByText("backup/wiki", { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(rowOf(page, "backup/vault").getByText("· can be resumed")).toBeVisible();
});

test("the headline counts what stopped and what can be done about it, and who needs a person is a choice away", async ({
  page,
}) => {
  const judged = (verdict: string) => verdicts.filter(([, words]) => words === verdict).length;
  const resumable = judged("can be resumed");
  await open(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    new RegExp(
      `^${verdicts.length} receives stopped half-way on 1 host, holding \\d[\\d.]* (MiB|GiB)\\. 1 is being received now\\.$`,
    ),
  );
  const outlook = [
    `${resumable} can be resumed now`,
    `${judged("can be finished with a rollback")} with a rollback`,
    "1 is blocked",
    `${judged("cannot be finished")} cannot be finished`,
    "1 not known yet",
  ];
  await expect(page.getByText(`${outlook.join(", ")}.`, { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("combobox", { name: "State" }).selectOption("Needs a person");
  // One of all of them somebody else is receiving.
  const [left, all] = [verdicts.length - resumable, verdicts.length + 1];
  await expect(page.getByText(`${left} of ${all} shown`, { exact: true })).toBeVisible();
  for (const [dataset, verdict] of verdicts) {
    await expect(rowOf(page, dataset), dataset).toHaveCount(verdict === "can be resumed" ? 0 : 1);
  }
});
