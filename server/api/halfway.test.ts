import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Halfway } from "./halfway";

let directory = "";
let halfway: Halfway;

beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), "halfway server "));
  halfway = await Halfway.start({ HALFWAY_STATE_DIR: directory });
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
