import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request as plainRequest } from "node:http";
import { type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { test as base, enter, port } from "./no-lab";

/*
 * Halfway behind nginx, with the very configuration that docs/reverse-proxy.md prints: taken from there, so that neither goes its
 * own way. Needs no ZFS, and starts no service of the system's.
 */

const name = "halfway.nas.lan";
const [plainPort, signedPort, signsPort] = [port + 2, port + 3, port + 4];
const secret = "a secret between nginx and Halfway";

const [whole = "", signing = ""] = [
  ...readFileSync("docs/reverse-proxy.md", "utf8").matchAll(/^```nginx\n(.*?)^```$/gms),
].map(([, text]) => text);

/** The printed configuration at ports and with certificates of our own, and nothing else changed. */
function printed(text: string, at: number, directory: string): string {
  return [
    ["listen 443", `listen 127.0.0.1:${at}`],
    ["/etc/ssl/certs/halfway.pem", join(directory, "halfway.pem")],
    ["/etc/ssl/private/halfway.key", join(directory, "halfway.key")],
    ["127.0.0.1:3000", `127.0.0.1:${port}`],
    ["127.0.0.1:9091", `127.0.0.1:${signsPort}`],
    ["SECRET", secret],
  ].reduce((all, [from = "", to = ""]) => all.replaceAll(from, to), text);
}

const test = base.extend<object, { nginx: ChildProcess }>({
  env: [
    {
      HALFWAY_HOSTS: name,
      HALFWAY_PROXY_USER_HEADER: "Remote-User",
      HALFWAY_PROXY_SECRET: secret,
    },
    { scope: "worker" },
  ],
  nginx: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are used from this pattern
    async ({}, use) => {
      const directory = mkdtempSync(join(tmpdir(), "halfway-nginx-"));
      const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", join(directory, "halfway.key")];
      const names = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-days", "2"];
      execFileSync("openssl", ["req", "-x509", ...key, "-out", join(directory, "halfway.pem"), ...names], {
        stdio: "ignore",
      });
      for (const one of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(directory, one));
      const location = whole.slice(whole.indexOf("    location /"), whole.lastIndexOf("}"));
      const config = `
        pid ${directory}/pid; error_log ${directory}/error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
          fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
          ${printed(whole, plainPort, directory)}
          ${printed(whole.replace(location, signing), signedPort, directory)}
        }`;
      writeFileSync(join(directory, "nginx.conf"), config);
      // Who is signed in there says a cookie.
      const signs = createServer(({ headers }, response) => {
        const [signed, user] = /who=(\w+)/.exec(headers.cookie ?? "") ?? [];
        // Some let in whom they do not know by name.
        const known = user && user !== "somebody" ? { "Remote-User": user } : {};
        response.writeHead(signed ? 200 : 401, known).end();
      }).listen(signsPort, "127.0.0.1");
      const program = spawn("/usr/sbin/nginx", [
        ...["-p", directory, "-c", join(directory, "nginx.conf")],
        ...["-g", "daemon off;"],
      ]);
      let said = "";
      program.stderr.on("data", (piece) => {
        said += piece;
      });
      for (let tries = 0; !(await ask("/healthz").catch(() => null)); tries += 1) {
        if (tries > 50 || program.exitCode !== null) throw new Error(`nginx does not answer:\n${said}`);
        await sleep(100);
      }
      await use(program);
      program.kill();
      await once(program, "exit");
      signs.close();
      rmSync(directory, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
});
test.use({
  ignoreHTTPSErrors: true,
  baseURL: async ({ nginx: _, server: __ }, use) => use(`https://${name}:${plainPort}`),
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${name} 127.0.0.1`],
    }),
});

/** Asks through nginx, as a program does. */
async function ask(path: string, options: RequestOptions = {}, at = plainPort) {
  const asking = request({
    ...{ host: "127.0.0.1", servername: name, port: at, path, rejectUnauthorized: false, agent: false },
    ...options,
    headers: { host: `${name}:${at}`, ...options.headers },
  }).end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return answer;
}

test("somebody signs in over HTTPS, with cookies that never go without it, and the page is live", async ({
  page,
  server,
}) => {
  await enter(page, server, "/hosts");
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name: cookie }) => cookie.includes("session"));
  expect(session).toMatchObject({ secure: true, httpOnly: true });
  expect(session?.name).toMatch(/^__Host-/);
  const loaded = await page.reload();
  expect(loaded?.headers()["content-security-policy"]).toContain("upgrade-insecure-requests");
  expect(loaded?.headers()["x-frame-options"]).toBe("DENY");
  const protocol = await page.evaluate(
    () => performance.getEntriesByType("navigation")[0]?.toJSON().nextHopProtocol,
  );
  expect(protocol).toBe("h2");
});

test("what happens is heard of at once: nothing of the stream is held back", async ({ page, server }) => {
  const answer = await ask("/api/trpc/events.stream", { headers: server.headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toContain("text/event-stream");
  let heard = "";
  answer.on("data", (piece) => {
    heard += piece;
  });
  await expect.poll(() => heard, { timeout: 5_000 }).toContain("nowhere");
  await enter(page, server, "/hosts");
  // One small event, after all the others, on a stream that stays open.
  const status = await page.evaluate(async () => {
    const json = { name: "attic", destination: "halfway@127.0.0.1", port: 9, hostKey: "ssh-ed25519 AAAA" };
    const headers = { "content-type": "application/json", "x-halfway": "page" };
    const body = JSON.stringify({ json });
    return (await fetch("/api/trpc/hosts.add", { method: "POST", headers, body })).status;
  });
  expect(status).toBe(200);
  await expect.poll(() => heard, { timeout: 2_000, intervals: [50] }).toContain("attic");
  await expect(page.getByText("attic").first()).toBeVisible();
  answer.destroy();
});

test("another name is not answered to, and plain HTTP to that name neither", async ({ nginx: _, server }) => {
  expect((await ask("/login", { headers: { host: "evil.example" } })).statusCode).toBe(421);
  const { hostname, port: own } = new URL(server.url);
  const plain = plainRequest({
    hostname,
    port: own,
    path: "/login",
    headers: { host: name },
    agent: false,
  }).end();
  const [{ statusCode }] = (await once(plain, "response")) as [{ statusCode: number }];
  expect(statusCode).toBe(426);
});

test("a proxy that signs people in says who they are, and nobody says it in its place", async ({
  page,
  server: { account },
}) => {
  const goOn = page.getByRole("button", { name: `Go on as ${account.name}`, exact: true });
  const signed = `https://${name}:${signedPort}`;
  expect((await page.goto(`${signed}/login`))?.status()).toBe(401);
  await page.context().addCookies([{ name: "who", value: account.name, url: signed }]);
  await page.goto(`${signed}/login`);
  await expect(goOn).toBeVisible();
  // What a client says of itself is replaced by what the proxy knows.
  await page.setExtraHTTPHeaders({
    "Remote-User": account.name,
    "X-Halfway-Proxy-Secret": "a guess of many letters",
  });
  for (const value of ["nobody", "somebody"]) {
    await page.context().addCookies([{ name: "who", value, url: signed }]);
    await page.goto(`${signed}/login`);
    await expect(page.getByLabel("Password")).toBeVisible();
    await expect(goOn).toBeHidden();
  }
  // Past the one that signs people in, it proves nothing.
  await page.goto("/login");
  await expect(page.getByLabel("Password")).toBeVisible();
  await expect(goOn).toBeHidden();
});
