import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Store } from "../store/store";
import { Health } from "./health";

let directory = "";
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), "halfway health "));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

const at = { watching: () => 1_000, notices: () => 1_000 };
const ok = { store: "ok", watching: "ok", notices: "ok" };

test("a server that writes and looks is well; one whose loops stand still says which", async () => {
  const store = await Store.open(directory);
  expect(await new Health(store, at).look()).toEqual({ status: "ok", parts: ok });
  const hung = new Health(store, { ...at, watching: () => 11 * 60_000 });
  expect(await hung.look()).toEqual({ status: "failing", parts: { ...ok, watching: "failing" } });
  const deaf = new Health(store, { ...at, notices: () => 3 * 60_000 });
  expect(await deaf.look()).toEqual({ status: "failing", parts: { ...ok, notices: "failing" } });
  await store.close();
});

test("a disk that is full, or a memory that ends with the server, is not well", async () => {
  const store = await Store.open(directory);
  vi.spyOn(store, "writeNow").mockRejectedValue(new Error("full"));
  expect(await new Health(store, at).look()).toMatchObject({
    status: "failing",
    parts: { store: "failing" },
  });
  await store.close();
  writeFileSync(join(directory, "file"), "");
  const none = await Store.open(join(directory, "file", "below"));
  expect(await new Health(none, at).look()).toMatchObject({ parts: { store: "failing" } });
  await none.close();
});

test("however often somebody asks, the disk is written to once in ten seconds", async () => {
  const store = await Store.open(directory);
  const writing = vi.spyOn(store, "writeNow");
  const health = new Health(store, at);
  await Promise.all(Array.from({ length: 100 }, () => health.look()));
  expect(writing).toHaveBeenCalledOnce();
  await store.close();
});
