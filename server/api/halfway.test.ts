import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadConfiguration } from "../configuration/configuration";
import type { Host } from "../hosts/config";
import { Halfway } from "./halfway";

let directory = "";
let halfway: Halfway;

beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), "halfway server "));
  const config = join(directory, "hosts.json");
  writeFileSync(config, JSON.stringify({ hosts: [{ name: "localhost", local: true }] }));
  halfway = await Halfway.start(loadConfiguration({ HALFWAY_STATE_DIR: directory, HALFWAY_CONFIG: config }));
});
afterEach(async () => {
  vi.restoreAllMocks();
  halfway.close();
  await halfway.settled();
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** Nobody answers there. */
const tower = {
  ...{ name: "tower", destination: "halfway@127.0.0.1", port: 9, hostKey: "ssh-ed25519 AAAA" },
};
const listed = () => halfway.hostStates().map(({ name }) => name);
/** What a page that opens now is told of a host. */
const told = (name: string) =>
  halfway.hub.snapshot().flatMap((event) => {
    if (event.type === "host") return event.host.name === name ? ["there"] : [];
    return event.type === "host-gone" && event.host === name ? ["gone"] : [];
  });

test("hosts come and go while Halfway runs, for everything that goes by them and for every page", async () => {
  const { hosts } = halfway.surroundings;
  expect(await halfway.addHost(tower)).toMatch(/^restrict ssh-ed25519 /);
  expect(listed()).toEqual(["localhost", "tower"]);
  expect(hosts.map(({ name }) => name)).toEqual(["localhost", "tower"]);
  expect(told("tower")).toEqual(["there"]);
  await vi.waitFor(() => expect(halfway.hostStates()[1]?.status).toBe("offline"), 10_000);

  await halfway.removeHost("tower");
  expect(listed()).toEqual(["localhost"]);
  expect(hosts).toHaveLength(1);
  expect(told("tower")).toEqual(["gone"]);
  await halfway.addHost(tower);
  expect(told("tower")).toEqual(["there"]);
});

test("a host that a transfer uses is neither removed nor moved, but its new key can be accepted", async () => {
  await halfway.addHost(tower);
  vi.spyOn(halfway.transfers, "using").mockReturnValue(["backup/a"]);
  const conflict = { code: "CONFLICT", message: expect.stringContaining("backup/a") };
  await expect(halfway.removeHost("tower")).rejects.toMatchObject(conflict);
  await expect(halfway.changeHost({ ...tower, port: 10 })).rejects.toMatchObject(conflict);
  await halfway.changeHost({ ...tower, hostKey: "ssh-ed25519 BBBB" });
  expect(halfway.known.added("tower")?.hostKey).toBe("ssh-ed25519 BBBB");
  expect(listed()).toEqual(["localhost", "tower"]);
});

test("a host that is there only now, as this machine once it has ZFS, is watched without a restart", async () => {
  halfway.close();
  await halfway.settled();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const config = join(directory, "none.json");
  writeFileSync(config, JSON.stringify({ hosts: [] }));
  halfway = await Halfway.start(loadConfiguration({ HALFWAY_STATE_DIR: directory, HALFWAY_CONFIG: config }));
  const { known } = halfway;
  expect(listed()).toEqual([]);
  vi.spyOn(known, "lookForMore").mockImplementationOnce(() => {
    const here = { name: "here", local: true } as const;
    (known.all as Host[]).push(here);
    return [here];
  });
  vi.advanceTimersByTime(30_000);
  expect(listed()).toEqual(["here"]);
  expect(told("here")).toEqual(["there"]);
  vi.useRealTimers();
  await vi.waitFor(() => expect(halfway.hostStates()[0]?.status).not.toBe("reading"), 10_000);
});
