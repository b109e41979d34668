import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import type { RunningServer } from "../server";
import { Visitors } from "./visitors";

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that lets in who knows the password, unless it is out of order. */
async function answering(isWell: boolean): Promise<{ said: string[]; visited: RunningServer }> {
  const said: string[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      said.push(path);
      const status = body.includes("guess") ? 412 : 200;
      response.writeHead(isWell ? status : 503).end();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = { name: "admin", password: "right", token: "" };
  return { said, visited: { url, account, headers: { authorization: "" } } as RunningServer };
}

test("who is let in counts, and who guesses must be refused for that", async () => {
  const { visited } = await answering(true);
  const visitors = new Visitors(visited);
  await vi.waitFor(() => expect(Object.values(visitors.came).every((times) => times > 0)).toBe(true), 5_000);
  await visitors.stop();
});

test("who is not let in was not there, and does not knock at once again", async () => {
  const { said, visited } = await answering(false);
  const visitors = new Visitors(visited);
  const times = (path: string) => said.filter((one) => one.includes(path)).length;
  await vi.waitFor(() => expect(times("events.stream")).toBeGreaterThan(5), 10_000);
  expect(times("signIn")).toBe(1);
  expect(visitors.came).toEqual({ streams: 0, pages: 0, doors: 0 });
  await visitors.stop();
});
