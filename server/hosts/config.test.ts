import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadHosts } from "./config";

function load(content: string) {
  const file = join(mkdtempSync(join(tmpdir(), "halfway-config-")), "halfway.json");
  writeFileSync(file, content);
  return loadHosts({ HALFWAY_CONFIG: file });
}

test("without a configuration Halfway manages this machine", () => {
  expect(loadHosts({})).toEqual([{ name: "localhost", local: true }]);
});

test("hosts are this machine or reached over SSH", () => {
  const hosts = [
    { name: "here", local: true },
    { name: "nas", ssh: { destination: "root@nas.lan", port: 2222 } },
  ];
  expect(load(JSON.stringify({ hosts }))).toEqual(hosts);
});

test.each([
  ["is missing", "", "cannot read"],
  ["is no JSON", "{", "cannot read"],
  ["names no host", '{"hosts":[]}', "hosts"],
  ["has a key that nobody knows", '{"hosts":[{"name":"a","local":true}],"x":1}', "x"],
  [
    "names a host twice",
    '{"hosts":[{"name":"a","local":true},{"name":"a","ssh":{"destination":"a"}}]}',
    "same name",
  ],
  [
    "has an option for a destination",
    '{"hosts":[{"name":"a","ssh":{"destination":"-oProxyCommand=x"}}]}',
    "hosts",
  ],
  ["has a colon in a host's name", '{"hosts":[{"name":"a:b","local":true}]}', "hosts"],
])("a configuration that %s is refused with what is wrong", (_what, content, words) => {
  expect(() => load(content)).toThrow(words);
});
