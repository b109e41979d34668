import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labDir } from "./paths";
import { exec } from "./process";

const probeLimitMs = 10_000;

interface Answer {
  bootId: string;
  kvm: boolean;
}

const kvmArgs = ["-accel", "kvm", "-cpu", "host"];
// QEMU 7.2 emulates cmpxchg16b with wrong flags: an interrupt right after it pushes a piece of a pointer as EFLAGS, and the
// kernel (whose allocator uses it all the time) dies of that within minutes. Without cx16 it uses locks instead. la57 and
// pku are not emulated well enough either.
const tcgArgs = ["-accel", "tcg,thread=single", "-cpu", "max,la57=off,pku=off,cx16=off"];

function rememberedAnswer(file: string, bootId: string): boolean | undefined {
  try {
    const answer = JSON.parse(readFileSync(file, "utf8")) as Answer;
    return answer.bootId === bootId ? answer.kvm : undefined;
  } catch {
    return undefined;
  }
}

/**
 * QEMU's arguments for the fastest way this machine can run our kernel. That /dev/kvm exists proves nothing (nested
 * machines offer it and then hang), so the initrd is booted once under a time limit; the answer is kept until the next
 * boot of this machine.
 */
export async function accelerationArgs(image: string, log: (line: string) => void): Promise<string[]> {
  const file = join(labDir, "acceleration.json");
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  let kvm = rememberedAnswer(file, bootId);
  if (kvm === undefined) {
    kvm = await kvmBoots(image);
    writeFileSync(file, `${JSON.stringify({ bootId, kvm } satisfies Answer)}\n`);
    log(kvm ? "KVM works here" : "no working KVM here: the guests run by software emulation");
  }
  return kvm ? kvmArgs : tcgArgs;
}

async function kvmBoots(image: string): Promise<boolean> {
  try {
    const probe = await exec(
      "qemu-system-x86_64",
      [
        ...kvmArgs,
        ...[
          "-nodefaults",
          "-no-user-config",
          "-display",
          "none",
          "-no-reboot",
          "-m",
          "512",
          "-serial",
          "stdio",
        ],
        ...["-kernel", join(image, "vmlinuz"), "-initrd", join(image, "initrd")],
        ...["-append", "console=ttyS0 quiet panic=-1 halfway.probe"],
      ],
      { timeoutMs: probeLimitMs },
    );
    return probe.stdout.includes("halfway-probe-ok");
  } catch {
    return false;
  }
}
