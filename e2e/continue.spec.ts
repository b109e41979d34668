import { expect, expectFinished, open, rowOf, test } from "./fixtures";
import { exists, guid } from "./lab";

test("after a replication that broke in its middle: resume finishes one snapshot, continue brings the rest", async ({
  page,
}) => {
  const dataset = "backup/team";
  await open(page);
  await rowOf(page, dataset)
    .getByRole("button", { name: `Resume ${dataset}` })
    .click();
  await expectFinished(page, dataset);
  expect(await exists("nas", `${dataset}@s4`)).toBe(false);

  const missing = page.getByRole("region", { name: `Still missing after ${dataset}`, exact: true });
  await expect(missing.getByText("backup/team: 2 newer snapshots (@s4, @s5)")).toBeVisible();
  await expect(missing.getByText("backup/team/alice, all of it: 5 snapshots (@s1 … @s5)")).toBeVisible();
  await missing.getByText("What runs").click();
  await expect(missing.getByText(/zfs send -vP -I tank\/team@s3 tank\/team@s5/)).toBeVisible();
  const next = missing.getByRole("button", { name: new RegExp(`^(Continue|Receive it, too:) ${dataset}$`) });
  await next.click();

  // Each step is a transfer of its own, and after each it is asked anew. A new dataset comes in full first.
  const soon = { timeout: 120_000 };
  const leftOut = missing.getByText(
    "nas has never had backup/team/alice; it may have been left out on purpose.",
  );
  await expect(leftOut).toBeVisible(soon);
  await expect(missing.getByText(/backup\/team: /)).toHaveCount(0);
  await expect(missing.getByText("backup/team/alice, all of it: 5 snapshots (@s1 … @s5)")).toBeVisible();
  await expect(next).toHaveText("Receive it, too");
  await next.click();

  await expect(missing.getByText("backup/team/alice: 4 newer snapshots (@s2 … @s5)")).toBeVisible(soon);
  await expect(leftOut).toHaveCount(0);
  expect(await exists("nas", "backup/team/alice@s1")).toBe(true);
  expect(await exists("nas", "backup/team/alice@s2")).toBe(false);
  await next.click();

  await expect(page.getByRole("listitem", { name: "backup/team/alice: Finished" })).toHaveCount(2, soon);
  await expect(page.getByRole("region", { name: /^Still missing/ })).toHaveCount(0);
  for (const snapshot of ["team@s3", "team@s5", "team/alice@s1", "team/alice@s5"]) {
    expect(await guid("nas", `backup/${snapshot}`)).toBe(await guid("tower", `tank/${snapshot}`));
  }
});
