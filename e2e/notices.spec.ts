import { expect } from "@playwright/test";
import { HttpReceiver } from "../server/notices/receivers";
import { violationsOn } from "./axe";
import { test as base, enter, signIn } from "./no-lab";

/*
 * Being told, and being measured. Needs no ZFS: that the server's one host never answers is an event by itself.
 */

const password = "correct horse battery";

const test = base.extend<object, { phone: HttpReceiver }>({
  phone: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const phone = await new HttpReceiver().start();
      await use(phone);
      await phone.stop();
    },
    { scope: "worker" },
  ],
});

test("an admin sets up a way, tests it, and is told by it that a host does not answer", async ({
  page,
  server,
  phone,
}) => {
  await enter(page, server, "/notices");
  await expect(page.getByText("No way is set up yet")).toBeVisible();
  await page.getByRole("button", { name: "Add a way…" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a way" });
  const save = dialog.getByRole("button", { name: "Save" });
  await dialog.getByLabel("Kind").selectOption("Webhook");
  await expect(save).toBeDisabled();
  await dialog.getByLabel("Name").fill("Phone");
  await dialog.getByLabel("Address").fill("ftp://nowhere");
  await save.click();
  await expect(dialog.getByRole("alert")).toContainText("https://");
  await dialog.getByLabel("Address").fill(`${phone.url}/s3cr3t`);
  await save.click();
  await expect(page.getByText("Phone is saved. Test it")).toBeVisible();

  const entry = page.getByRole("listitem", { name: "Phone" });
  await entry.getByRole("button", { name: "Test Phone" }).click();
  await expect(entry).toContainText("The test was taken");
  await expect(entry).toContainText(/Last message taken (just now|\d+ s ago)/);
  expect(phone.got.at(-1)?.path).toBe("/s3cr3t");
  expect(phone.said.at(-1)).toMatchObject({ title: "A test from Halfway", test: true });

  // What was typed is known to the server alone from now on.
  const answer = await page.request.get("/api/trpc/notices.get");
  expect(answer.status()).toBe(200);
  expect(await answer.text()).not.toContain("s3cr3t");
  await entry.getByRole("button", { name: "Change Phone" }).click();
  const change = page.getByRole("dialog", { name: "Change Phone" });
  await expect(change.getByLabel("Address")).toHaveValue("");
  await expect(change.getByText("It is set.").first()).toBeVisible();
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change).toBeHidden();

  const rule = page.getByRole("group", { name: "A host does not answer" });
  await rule.getByLabel("After so many minutes").fill("soon");
  const saveRules = page.getByRole("button", { name: "Save what is told" });
  await expect(saveRules).toBeDisabled();
  await expect(saveRules).toHaveAccessibleDescription(/A number from 0/);
  await rule.getByLabel("After so many minutes").fill("0");
  await saveRules.click();
  await expect(page.getByText("What is told is saved.")).toBeVisible();
  await expect
    .poll(() => phone.said.map(({ title }) => title), { timeout: 90_000 })
    .toContain("nowhere does not answer");
  const [told] = phone.said.filter(({ test: isTest }) => !isTest);
  expect(told).toMatchObject({
    events: [{ kind: "unreachable", host: "nowhere", text: expect.stringMatching(/^nowhere /) }],
  });
  // Its address is nobody's business out there.
  expect(JSON.stringify(told)).not.toContain("halfway.invalid");

  await rule.getByText("Anywhere").click();
  expect(await violationsOn(page)).toEqual([]);
  await entry.getByRole("button", { name: "Change Phone" }).click();
  await expect(change).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await page.goto("/audit");
  await expect(page.getByRole("listitem", { name: "Test a way of being told" })).toContainText("Phone");
  await expect(page.getByText("s3cr3t")).toHaveCount(0);
});

test("what is not taken is said, and after a restart it is tried again and nothing is told twice", async ({
  page,
  server,
  phone,
}) => {
  await enter(page, server, "/notices");
  const entry = page.getByRole("listitem", { name: "Phone" });
  phone.answer = (response) => response.writeHead(503).end("closed for the night");
  await entry.getByRole("button", { name: "Test Phone" }).click();
  await expect(entry).toContainText("did not get through");
  await expect(entry).toContainText("It did not take the message (HTTP 503).");
  await expect(entry.getByText("failing")).toBeVisible();
  await entry.getByText("What the other side answered").click();
  await expect(entry).toContainText("closed for the night");

  phone.answer = (response) => response.end();
  const before = phone.got.length;
  await server.stop();
  await server.start();
  await page.reload();
  await expect(entry.getByText("failing")).toBeVisible();
  await entry.getByRole("button", { name: "Test Phone" }).click();
  await expect(entry).toContainText("The test was taken");
  await expect(entry.getByText("failing")).toHaveCount(0);
  // Longer than a look, and the host is still silent.
  await page.waitForTimeout(15_000);
  expect(phone.got.slice(before).map(({ body }) => JSON.parse(body).test)).toEqual([true]);
});

test("a viewer sees how it is, without addresses of webhooks, and changes nothing", async ({
  page,
  server,
  browser,
  baseURL,
}) => {
  await enter(page, server, "/notices");
  const headers = { "x-halfway": "page" };
  const made = await page.request.post("/api/trpc/users.create", {
    ...{ headers, data: { json: { name: "nora", role: "viewer", password } } },
  });
  expect(made.status()).toBe(200);
  const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  const viewer = await context.newPage();
  await viewer.goto("/notices");
  await signIn(viewer, "nora", password);
  const entry = viewer.getByRole("listitem", { name: "Phone" });
  for (const name of ["Test Phone", "Change Phone", "Remove Phone"]) {
    await expect(entry.getByRole("button", { name })).toBeDisabled();
  }
  await expect(viewer.getByRole("checkbox", { name: "A transfer fails" })).toBeDisabled();
  await expect(viewer.getByRole("button", { name: "Save what is told" })).toHaveAccessibleDescription(
    /Only an admin/,
  );
  await context.close();

  await page.getByRole("button", { name: "Remove Phone" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove the way" }).click();
  await expect(page.getByText("No way is set up yet")).toBeVisible();
});

test("metrics are for who may look, and health is for everybody and says nothing", async ({
  page,
  server,
}) => {
  const scrape = (headers: Record<string, string> = {}) => fetch(`${server.url}/metrics`, { headers });
  const refused = await scrape();
  expect(refused.status).toBe(401);
  expect(await refused.text()).not.toContain("nowhere");
  expect((await scrape({ authorization: "Bearer halfway_made-up" })).status).toBe(401);
  const elsewhere = { "sec-fetch-site": "cross-site" };
  expect((await scrape({ ...server.headers, ...elsewhere })).status).toBe(403);
  await enter(page, server, "/notices");
  await expect.poll(async () => (await scrape(server.headers)).status).toBe(200);
  const answer = await scrape(server.headers);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await answer.text();
  expect(text).toContain('halfway_host_up{host="nowhere"} 0');
  expect(text).toMatch(/^halfway_event_streams [1-9]/m);
  expect(text).toMatch(/^halfway_commands_total\{host="nowhere"\} [1-9]/m);
  expect(text).toMatch(/^halfway_notices_total\{way="webhook",outcome="sent"\} [1-9]/m);

  const health = await fetch(`${server.url}/healthz`);
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({
    status: "ok",
    parts: { store: "ok", watching: "ok", notices: "ok" },
  });
});
