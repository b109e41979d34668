import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { violationsOn } from "./axe";
import { test as base, enter, port } from "./no-lab";
import { RunningServer } from "./server";

/*
 * What whoever owns the machine relies on when something went wrong: backups, a damaged database, a wrong configuration. Needs no ZFS.
 */

const root = mkdtempSync(join(tmpdir(), "halfway-state-"));
const stateDir = join(root, "state");
const configFile = join(root, "halfway.yaml");
const database = join(stateDir, "halfway.db");
const url = `http://127.0.0.1:${port + 5}`;

/** The server as whoever owns the machine starts it again and again. */
const own = () => {
  const server = new RunningServer({ port: port + 5, configFile, stateDir });
  servers.push(server);
  return server;
};
const servers: RunningServer[] = [];

const test = base.extend({ baseURL: url });
test.beforeAll(() => {
  const hosts = "hosts:\n  - name: nowhere\n    ssh:\n      destination: nobody@halfway.invalid\n";
  writeFileSync(configFile, `# one file\nstateDir: ${stateDir}\n${hosts}`);
});
test.afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(root, { recursive: true, force: true });
});

function admin(...args: string[]): { code: number | null; said: string } {
  const env = { ...process.env, HALFWAY_CONFIG: configFile };
  const { status, stdout, stderr } = spawnSync("tsx", ["server/admin.ts", ...args], {
    env,
    encoding: "utf8",
  });
  return { code: status, said: `${stdout}${stderr}` };
}

test("a damaged database hides no host, every page says what is missing, and a backup brings it back", async ({
  page,
}) => {
  const backup = join(root, "halfway.backup");
  const first = own();
  await first.start();
  const { account } = first;
  expect(admin("backup", backup)).toMatchObject({ code: 0, said: expect.stringContaining("is whole") });
  expect(admin("restore", backup)).toMatchObject({
    code: 78,
    said: expect.stringContaining("A server runs on"),
  });
  await first.stop("SIGKILL");

  // What is in the log beside it would mend it.
  for (const suffix of ["-wal", "-shm"]) rmSync(`${database}${suffix}`, { force: true });
  writeFileSync(database, readFileSync(database).fill(0xa5));
  // Whose accounts are gone: the tests' own, too.
  rmSync(join(stateDir, "tests-account.json"), { force: true });
  const second = own();
  await second.start();
  await enter(page, second);
  const said = page.getByText("Halfway's database was damaged, and began anew");
  await expect(said).toBeVisible();
  await expect(page.getByText(/halfway\.db\.damaged-/)).toBeVisible();
  await expect(page.getByText("nowhere").first()).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  await page.screenshot({ path: join(tmpdir(), "halfway-state-damaged.png") });
  await second.stop();

  const restored = admin("restore", backup);
  expect(restored).toMatchObject({ code: 0, said: expect.stringContaining("is kept in") });
  for (const name of readdirSync(stateDir).filter((one) => one.includes("damaged")))
    rmSync(join(stateDir, name));
  writeFileSync(join(stateDir, "tests-account.json"), JSON.stringify(account));
  const third = own();
  await third.start();
  await page.context().clearCookies();
  await page.goto("about:blank");
  await enter(page, third);
  await expect(said).toBeHidden();
  expect(admin("verify-audit").said).toContain("holds");
  await third.stop();
});

test("a wrong configuration starts nothing, and says all of what is wrong", () => {
  const file = join(root, "wrong.yaml");
  writeFileSync(file, "port: 80a\nstateDr: /nowhere\n");
  const env = { ...process.env, HALFWAY_CONFIG: file };
  const start = spawnSync("npm", ["start", "--silent"], { env, encoding: "utf8" });
  expect(start.status).toBe(78);
  for (const words of [
    `${file}, line 1: port is “80a”`,
    `${file}, line 2: “stateDr”`,
    "Is “stateDir” meant?",
  ]) {
    expect(start.stderr).toContain(words);
  }
  expect(start.stdout).toBe("");
  const said = execFileSync("tsx", ["server/admin.ts", "check-config"], {
    env: { ...process.env, HALFWAY_CONFIG: configFile },
    encoding: "utf8",
  });
  expect(said).toContain(`${configFile} is right. Halfway would listen on 127.0.0.1, port 3000`);
});
