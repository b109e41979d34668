import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A small disk of its own, for as long as the test runs. Takes root. */
export function disk(): { path: string; fill: () => void; empty: () => void } {
  const path = mkdtempSync(join(tmpdir(), "halfway-disk-"));
  onTestFinished(() => rmdirSync(path));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4M,mode=700", "halfway-test", path]);
  // Lazily: a process that ends a moment later may still have a file open.
  onTestFinished(() => void execFileSync("umount", ["--lazy", path]));
  const ballast = join(path, "ballast");
  return {
    path,
    /** Writes until nothing more fits, down to the last byte. */
    fill() {
      const file = openSync(ballast, "w");
      try {
        for (const piece of [Buffer.alloc(64 * 1024), Buffer.alloc(1)]) {
          try {
            for (;;) writeSync(file, piece);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          }
        }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast),
  };
}
