import { expect, test } from "vitest";
import type { Host } from "@/server/hosts/config";
import { runOk, runOn } from "@/server/hosts/run";
import { hostsIn } from "../hosts-in";
import { configFile } from "../lab";

const hosts = hostsIn(configFile);
const nas = hosts.find(({ name }) => name === "nas") as Host;

test("a command that does not answer is given up after its limit, and the host answers again afterwards", async () => {
  const began = Date.now();
  await expect(runOn(nas, ["sleep", "60"], { limitMs: 1_500 })).rejects.toMatchObject({
    code: "UNREACHABLE",
  });
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(await runOk(nas, ["echo", "here"])).toBe("here\n");
});

test("one command without an answer cuts off no other: one pool may hang while the host lives", async () => {
  const others = ["sleep 2; echo first", "sleep 3; echo second"].map((words) =>
    runOk(nas, ["sh", "-c", words]),
  );
  const hung = runOn(nas, ["sleep", "60"], { limitMs: 1_000 });
  await expect(hung).rejects.toMatchObject({ code: "UNREACHABLE" });
  const next = Array.from({ length: 5 }, () => runOk(nas, ["echo", "here"]));
  expect(await Promise.all(next)).toEqual(next.map(() => "here\n"));
  expect(await Promise.all(others)).toEqual(["first\n", "second\n"]);
});

test("a host that refuses the connection is unreachable, with ssh's own words", async () => {
  const gone: Host = { name: "gone", ssh: { destination: "127.0.0.1", port: 9 } };
  await expect(runOn(gone, ["zfs", "version"])).rejects.toMatchObject({
    code: "UNREACHABLE",
    message: expect.stringContaining("Connection refused"),
  });
});

test("a zfs that fails with 255 is not taken for ssh that failed", async () => {
  const { code, stderr } = await runOn(nas, ["zfs", "send", "-nvP", "-t", "1-abc-e8-789c"]);
  expect(code).toBe(255);
  expect(stderr).toContain("resume token is corrupt");
});
