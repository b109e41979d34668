import {
  expect,
  expectFinished,
  open,
  receivedBytes,
  receivedMoreThan,
  receiverOf,
  rowOf,
  test,
} from "./fixtures";
import { guid, makePartial, sh } from "./lab";

test("killing the server neither stops the transfer nor loses a byte, and the next one takes it up", async ({
  page,
  product: { server },
  uplink,
}) => {
  const { target, toGuid } = await makePartial({
    name: "survivor",
    kind: "full",
    sizeMb: 90,
    receivedMb: 10,
  });
  await uplink.slow();
  await open(page);
  await rowOf(page, target)
    .getByRole("button", { name: `Resume ${target}` })
    .click();
  const before = await receivedMoreThan(target, await receivedBytes(target));

  await server.stop("SIGKILL");
  await receivedMoreThan(target, before);

  await server.start();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // The page came back by itself and shows the transfer that it did not start.
  await expect(page.getByRole("progressbar", { name: new RegExp(target) })).toBeVisible();
  await expect(rowOf(page, target).getByRole("button", { name: `Stop ${target}` })).toBeVisible();
  expect((await sh("nas", receiverOf(target))).split("\n")).toHaveLength(1);

  await uplink.quick();
  await expectFinished(page, target);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
});

test("the server ends within two seconds of SIGTERM while a page is open", async ({
  page,
  product: { server },
}) => {
  await open(page);
  await expect(rowOf(page, "backup/logs")).toBeVisible();
  expect(await server.stop("SIGTERM")).toBeLessThan(2_000);
  await server.start();
});
