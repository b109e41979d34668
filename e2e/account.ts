import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const schema = z.object({ name: z.string(), password: z.string(), token: z.string() });

/** Who uses the page in tests and the demo: an admin, and an API token of theirs for whatever is no browser. */
export type TestAccount = z.output<typeof schema>;

/**
 * Gets the account of a server that answers: makes it with the set-up token that the log shows, or finds it where an earlier
 * server with the same memory left it.
 */
export async function accountOn(url: string, stateDir: string, log: () => string): Promise<TestAccount> {
  const file = join(stateDir, "tests-account.json");
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(50)) {
    const setUp = setUpTokenIn(log());
    if (setUp) {
      const account = await make(url, setUp);
      writeFileSync(file, JSON.stringify(account), { mode: 0o600 });
      return account;
    }
    if (!existsSync(file)) continue;
    const account = schema.parse(JSON.parse(readFileSync(file, "utf8")));
    const me = await fetch(`${url}/api/trpc/session.me`, { headers: showing(account) });
    if ((await me.text()).includes(`"name":"tests"`)) return account;
  }
  throw new Error("The server neither has the tests' account nor says how to make it.");
}

/** The token by which the first account is made, as the log of a server shows it. */
export function setUpTokenIn(log: string): string | undefined {
  return /make one with this token: (\S+)/.exec(log)?.[1];
}

/** What lets a request of the account's in. */
export function showing({ token }: Pick<TestAccount, "token">): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

async function make(url: string, setUp: string): Promise<TestAccount> {
  const [name, password] = ["admin", randomUUID()];
  const signedIn = await call(url, "session.setUp", { token: setUp, name, password });
  const cookie = signedIn.headers.getSetCookie().map((one) => one.split(";")[0]);
  const made = await call(
    url,
    "apiTokens.create",
    { name: "tests", role: "admin", days: 366 },
    cookie.join("; "),
  );
  const { result } = z
    .object({ result: z.object({ data: z.object({ json: z.object({ token: z.string() }) }) }) })
    .parse(await made.json());
  return { name, password, token: result.data.json.token };
}

async function call(url: string, procedure: string, json: object, cookie = ""): Promise<Response> {
  const response = await fetch(`${url}/api/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-halfway": "tests", cookie },
    body: JSON.stringify({ json }),
  });
  if (!response.ok) throw new Error(`${procedure}: ${await response.text()}`);
  return response;
}
