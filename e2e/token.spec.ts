import type { Page } from "@playwright/test";
import type { ResumeToken } from "../server/zfs/token";
import { encodeResumeToken } from "../server/zfs/token-encoder";
import { expect, open, test } from "./fixtures";

const token: ResumeToken = {
  toGuid: 0x82739b2a726247den,
  toName: "tank/Family Films@tuesday",
  fromGuid: 7_000_000_000_000_000_001n,
  object: 42_818n,
  offset: 1_572_864n,
  bytes: (84n << 30n) + (210n << 20n),
  largeBlocks: false,
  embedded: false,
  compressed: true,
  raw: true,
  redactSnaps: null,
  bookRedactSnaps: null,
  saved: false,
};
const whole = encodeResumeToken(token);

/** Opens the reader as a person would, and pastes. */
async function paste(page: Page, text: string): Promise<void> {
  await page.goto("/token");
  await page.getByRole("textbox", { name: "Resume token" }).fill(text);
}

test("a token copied out of a terminal, command and line breaks and all, is read in words", async ({
  page,
}) => {
  await open(page);
  await page.getByRole("link", { name: "Token reader" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Read a resume token" })).toBeVisible();
  const lines = whole.replace(/(.{72})/g, "$1\n");
  await page
    .getByRole("textbox", { name: "Resume token" })
    .fill(`root@nas:~# zfs send -t ${lines} | zfs receive -s backup/films`);
  await expect(
    page.getByText(
      "Incremental send of tank/Family Films@tuesday. Received: 84.2 GiB. How it is sent: raw, compressed. It stopped in object 42,818 at offset 1.50 MiB.",
    ),
  ).toBeVisible();
  await expect(page.getByText(String(token.toGuid), { exact: true })).toBeVisible();
  await expect(page.getByText("0x82739b2a726247de", { exact: true })).toBeVisible();
  await expect(page.getByText("cut off")).toHaveCount(0);
  await expect(page.getByText("This is not a resume token")).toHaveCount(0);
});

test("half a token is said to be cut off, and what is left of it is read", async ({ page }) => {
  await paste(page, `${whole.slice(0, -50)}...`);
  await expect(page.getByText("This resume token was cut off")).toBeVisible();
  await expect(page.getByText("Incremental send of tank/Family Films@tuesday")).toBeVisible();
  await expect(page.getByText("Missing: ")).toBeVisible();

  await paste(page, whole.slice(0, whole.length / 2));
  await expect(page.getByText("This resume token was cut off")).toBeVisible();
  await expect(page.getByText("Missing: the snapshot's name")).toBeVisible();
});

test("what is no token is refused in plain words, and the next paste is read", async ({ page }) => {
  await paste(page, "the dog ate my token");
  await expect(page.getByText("This is not a resume token")).toBeVisible();
  await page.getByRole("textbox", { name: "Resume token" }).fill(whole);
  await expect(page.getByText("Incremental send of tank/Family Films@tuesday")).toBeVisible();
  await expect(page.getByText("This is not a resume token")).toHaveCount(0);
});

test("a token gets into no address", async ({ page }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await paste(page, whole);
  await expect(page.getByText("Incremental send of tank/Family Films@tuesday")).toBeVisible();
  expect(addresses.filter((address) => address.includes("tokens.decode"))).toHaveLength(1);
  expect(addresses.filter((address) => address.includes(whole.slice(2, 30)))).toEqual([]);
});
