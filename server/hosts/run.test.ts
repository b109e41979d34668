import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runOk, runOn } from "./run";

const tower = { name: "tower", ssh: { destination: "halfway@tower.lan" } } as const;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "halfway-run-"));
  vi.stubEnv("PATH", `${directory}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

/** Stands for ssh, and for what a host answers through it. */
function answer(stderr: string, code: number): void {
  const file = join(directory, "ssh");
  writeFileSync(file, `#!/bin/sh\ncat >&2 <<'END'\n${stderr}\nEND\nexit ${code}\n`);
  chmodSync(file, 0o755);
}

test("a host without ZFS is told in a sentence, with what to do and the shell's own words beside it", async () => {
  const words = "env: 'zfs': No such file or directory";
  answer(words, 127);
  await expect(runOn(tower, ["zfs", "list"])).rejects.toMatchObject({
    code: "ZFS_FAILED",
    message:
      "tower has no ZFS: the command zfs was not found there. Install OpenZFS on it, or take the host out of Halfway.",
    stderr: `${words}\n`,
  });
  // That some other program is missing may be what was to be found out.
  expect((await runOn(tower, ["mbuffer", "-V"])).code).toBe(127);
});

test("what fails is told with the host's words, or that there were none", async () => {
  answer("cannot open 'tank': no such pool", 1);
  await expect(runOk(tower, ["zfs", "list", "tank"])).rejects.toMatchObject({
    code: "ZFS_FAILED",
    message: "zfs list failed on tower: cannot open 'tank': no such pool",
  });
  answer("", 3);
  await expect(runOk(tower, ["zfs", "list", "tank"])).rejects.toMatchObject({
    message: "zfs list failed on tower: it ended with exit code 3 and said nothing.",
  });
});
