import { expect, open, rowOf, test } from "./fixtures";
import { run, sh } from "./lab";

const dataset = "backup/nightly";

test.afterEach(async () => {
  await run("tower", "systemctl stop nightly; zfs destroy -r tank/nightly");
  await run("nas", `sleep 1; zfs receive -A ${dataset}`);
});

test("what happens on the hosts without Halfway is on the page at once, without a reload", async ({
  page,
}) => {
  await sh(
    "tower",
    "zfs create tank/nightly && head -c 40M /dev/urandom >/tank/nightly/f && zfs snapshot tank/nightly@s",
  );
  await open(page);
  await expect(rowOf(page, "backup/vault").getByText(/can be resumed/)).toBeVisible();

  await sh(
    "tower",
    `systemd-run --quiet --collect --unit=nightly bash -c "zfs send tank/nightly@s | pv -q -L 2m | ssh nas zfs recv -s ${dataset}"`,
  );
  await sh(
    "nas",
    `until zfs get -H -o value receive_resume_token ${dataset} 2>/dev/null | grep -q ^1-; do sleep 0.1; done`,
  );
  const row = rowOf(page, dataset);
  await expect(row.getByText("Being received now, not by Halfway")).toBeVisible({ timeout: 2_000 });

  // What is not on disk yet when it is cut is not kept.
  await page.waitForTimeout(7_000);
  await sh("tower", "systemctl stop nightly");
  await expect(row.getByText(/Stopped half-way/)).toBeVisible({ timeout: 10_000 });
  await expect(row.getByText(/^Stopped (just now|\d)/)).toBeVisible();
  await expect(row.getByText("Stopped half-way · can be resumed", { exact: true })).toBeVisible();

  await sh("nas", `zfs receive -A ${dataset}`);
  await expect(row).toHaveCount(0, { timeout: 2_000 });
});

test("a source that is renamed is followed, and named as it is called now", async ({ page }) => {
  await open(page);
  const row = rowOf(page, "backup/vm-disk");
  await expect(row.getByText("Stopped half-way · can be resumed", { exact: true })).toBeVisible();
  await sh("tower", "zfs rename tank/vm-disk@daily tank/vm-disk@renamed");
  // How we know is on its own page, which follows the events as the list does.
  await row.getByRole("link", { name: "backup/vm-disk" }).click();
  await expect(page.getByText(/tower can send tank\/vm-disk@renamed/).first()).toBeVisible({
    timeout: 15_000,
  });
  await sh("tower", "zfs rename tank/vm-disk@renamed tank/vm-disk@daily");
  await expect(page.getByText(/tower can send tank\/vm-disk@daily/).first()).toBeVisible({ timeout: 15_000 });
});
