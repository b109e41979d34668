import { TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";
import { browser } from "../client";
import { Trial } from "./trial";
import { receiversOf } from "./victims";

test("two browsers press Resume at once: one transfer starts, the other is told so, and it finishes", async () => {
  const trial = await Trial.prepare("both-press");
  await trial.watch();
  const { id, fingerprint } = await trial.resumable();
  const press = () =>
    browser(trial.server).transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
  const pressed = await Promise.allSettled([press(), press()]);
  const started = pressed.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const refused = pressed.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(started).toHaveLength(1);
  expect(refused).toHaveLength(1);
  expect(refused[0]).toBeInstanceOf(TRPCClientError);
  expect(refused[0].data.code).toBe("CONFLICT");
  expect(refused[0].message).toContain("already at work");

  trial.follow(started[0]?.id ?? "");
  await trial.receivesMore();
  expect(await receiversOf(trial.target)).toHaveLength(1);
  await trial.finishes();
});
