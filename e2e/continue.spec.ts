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

  const missing = page.getByRole("region", { name: `Still missing after ${dataset}` });
  await expect(missing.getByText("backup/team: 2 newer snapshots (@s4, @s5)")).toBeVisible();
  await expect(missing.getByText("backup/team/alice, all of it: 5 snapshots (@s1 … @s5)")).toBeVisible();
  await missing.getByText("What runs").click();
  await expect(missing.getByText(/zfs send -vP -I tank\/team@s3 tank\/team@s5/)).toBeVisible();
  await missing.getByRole("button", { name: `Continue ${dataset}` }).click();

  // The first of them is done when only the child is missing; each is a transfer of its own.
  await expect(missing.getByText(/backup\/team: 2 newer/)).toHaveCount(0, { timeout: 120_000 });
  await missing.getByRole("button", { name: `Continue ${dataset}` }).click();
  await expect(page.getByRole("listitem", { name: "backup/team/alice: Finished" })).toBeVisible({
    timeout: 120_000,
  });
  await expect(page.getByRole("region", { name: /^Still missing/ })).toHaveCount(0);
  for (const snapshot of ["team@s3", "team@s5", "team/alice@s1", "team/alice@s5"]) {
    expect(await guid("nas", `backup/${snapshot}`)).toBe(await guid("tower", `tank/${snapshot}`));
  }
});
