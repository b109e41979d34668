import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { plain } from "../say";
import { type Configuration, readConfiguration } from "./read";
import { allSettings, besides } from "./settings";
import { exampleFile, settingsTable } from "./written";

const path = "/etc/halfway/halfway.yaml";
const secret = "a secret of the proxy's, long";
type Files = Record<string, string>;

function configured(text: string | null, env: Record<string, string> = {}, files: Files = {}): Configuration {
  const all: Files = text === null ? files : { ...files, [path]: text };
  return readConfiguration(text === null ? env : { HALFWAY_CONFIG: path, ...env }, {
    read: (file) => {
      const found = all[file];
      if (found === undefined) throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      return found;
    },
    home: "/root",
  });
}

/** What somebody reads who starts a server by it. */
function refusal(text: string | null, env: Record<string, string> = {}, files: Files = {}): string {
  try {
    configured(text, env, files);
  } catch (error) {
    return plain(error instanceof Error ? error.message : "");
  }
  throw new Error("It was not refused.");
}

describe("what holds", () => {
  test("without a file: this machine alone, for itself alone", () => {
    expect(configured(null)).toMatchObject({
      ...{ address: "127.0.0.1", port: 3000, names: [], insecureHttp: false, file: null, warnings: [] },
      ...{ stateDir: "/root/.local/state/halfway", hosts: null },
      ...{ oidc: null, proxy: null, metrics: { open: false, datasets: false } },
    });
    expect(configured(null, { XDG_STATE_HOME: "/var/state" }).stateDir).toBe("/var/state/halfway");
  });

  test("is what the file says, and of that what no variable says otherwise", () => {
    const text =
      "port: 8080\nnames: [NAS.lan]\nmetrics:\n  open: true\n  datasets: true\nstateDir: /var/lib/halfway\n";
    expect(configured(text)).toMatchObject({
      port: 8080,
      names: ["nas.lan"],
      metrics: { open: true, datasets: true },
    });
    const env = {
      PORT: "9000",
      HALFWAY_HOSTS: "tower, Attic.lan",
      HALFWAY_METRICS_OPEN: "0",
      HALFWAY_STALL_MINUTES: "0.4",
    };
    expect(configured(text, env)).toMatchObject({
      ...{ port: 9000, names: ["tower", "attic.lan"], metrics: { open: false, datasets: true } },
      ...{ stallMinutes: 0.4, stateDir: "/var/lib/halfway" },
    });
  });

  test("is the same for a file of hosts in JSON, as there were before; it may name none", () => {
    const hosts = [
      { name: "here", local: true },
      {
        name: "nas",
        ssh: { destination: "root@nas.lan", port: 2222 },
        reaches: [{ host: "here", destination: "here" }],
      },
    ];
    expect(configured(JSON.stringify({ hosts })).hosts).toEqual(hosts);
    expect(configured(JSON.stringify({ hosts }, null, "\t")).hosts).toEqual(hosts);
    expect(configured('{"hosts":[]}').hosts).toEqual([]);
  });

  test("is nothing of its own for a file of comments alone", () => {
    expect(configured("# nothing yet\n")).toEqual({ ...configured(null), file: path });
    expect(configured("")).toEqual({ ...configured(null), file: path });
  });

  const provider = { name: "Home", issuer: "https://id.lan", clientId: "halfway", defaultRole: "viewer" };
  test("a provider is written into the file, or into one of its own, which may be JSON", () => {
    const oidc = { ...provider, scopes: ["openid", "profile"], nameClaim: "preferred_username" };
    expect(configured(JSON.stringify({ oidc: provider })).oidc).toEqual(oidc);
    const files = { "/etc/oidc.json": JSON.stringify(provider) };
    expect(configured("oidc: /etc/oidc.json", {}, files).oidc).toEqual(oidc);
    expect(configured(null, { HALFWAY_OIDC: "/etc/oidc.json" }, files).oidc).toEqual(oidc);
    const both = { oidc: { ...provider, clientSecret: "inside" } };
    expect(configured(JSON.stringify(both)).oidc?.clientSecret).toBe("inside");
    const env = { HALFWAY_OIDC_SECRET: "from outside" };
    expect(configured(JSON.stringify(both), env).oidc?.clientSecret).toBe("from outside");
    expect(configured(null, env).oidc).toBeNull();
  });

  test("a proxy is trusted where it is named, in the file or outside", () => {
    const proxy = { userHeader: "remote-user", secret, peers: ["127.0.0.1", "::1"] };
    const env = { HALFWAY_PROXY_USER_HEADER: "Remote-User", HALFWAY_PROXY_SECRET: secret };
    expect(configured(null, env).proxy).toEqual(proxy);
    expect(configured("proxy:\n  userHeader: Remote-User\n", { HALFWAY_PROXY_SECRET: secret }).proxy).toEqual(
      proxy,
    );
    expect(configured(null, { HALFWAY_PROXY_SECRET: secret }).proxy).toBeNull();
    expect(configured(null, { ...env, HALFWAY_PROXY_PEERS: "10.0.0.0/8, fd00::1" }).proxy?.peers).toEqual([
      "10.0.0.0/8",
      "fd00::1",
    ]);
  });
});

describe("a configuration is refused", () => {
  test("with everything that is wrong at once, each with its line, what was found and what is wanted", () => {
    const text = "address: 127.0.0.1\nadress: x\nport: 80a\n\nmetrics:\n  open: yes\n  dataset: true\n";
    expect(refusal(text, { HALFWAY_STALL_MINUTES: "soon" })).toBe(
      [
        "the configuration has 5 problems.",
        `1. ${path}, line 3: port is “80a”. Wanted: a whole number from 1 to 65535. For example: port: 3000`,
        `2. ${path}, line 6: metrics.open is “yes”. Wanted: true or false. For example: \n    metrics:\n      open: false`,
        `3. ${path}, line 7: “metrics.dataset” is no key that Halfway knows. Is “datasets” meant?`,
        "4. HALFWAY_STALL_MINUTES in the environment: stallMinutes is “soon”. Wanted: a number above 0, and 1440 at most. For example: HALFWAY_STALL_MINUTES=10",
        `5. ${path}, line 2: “adress” is no key that Halfway knows. Is “address” meant?`,
      ].join("\n"),
    );
  });

  test.each([
    ["is missing", null, "cannot be read: ENOENT"],
    ["is neither YAML nor JSON", "port: 3000\nnames: [a, b\n", "line 3: this is neither YAML nor JSON"],
    [
      "says a thing twice",
      "port: 1\nport: 2\n",
      "line 2: this is neither YAML nor JSON. Map keys must be unique",
    ],
    ["is a list", "- port: 3000\n", "the file is no map of keys"],
    ["has a variable's name for a key", "HALFWAY_STATE_DIR: /x\n", "Is “stateDir” meant?"],
    ["writes a key in another way", "state_dir: /x\n", "Is “stateDir” meant?"],
    ["has a key in the wrong place", "userHeader: Remote-User\n", "Is “proxy.userHeader” meant?"],
    ["has a key that is near to none", "colour: red\n", "Known here: address, port, names"],
    ["has a key without a value", "hosts:\n", "line 1: hosts is empty. Wanted: a list of hosts"],
    ["has a relative path", "stateDir: state\n", "stateDir is “state”. Wanted: a path that begins with /"],
    ["has a number in quotes", 'port: "3000"\n', "port is the text “3000” in quotes. Wanted: a whole number"],
    [
      "has a name with a port",
      "names: [nas.lan:8443]\n",
      "names[0] is “nas.lan:8443”. Wanted: names or addresses, without a port",
    ],
    [
      "names a host twice",
      "hosts:\n- {name: a, local: true}\n- {name: a, ssh: {destination: a}}\n",
      "two hosts have the same name",
    ],
    [
      "has an option for a destination",
      "hosts:\n- name: a\n  ssh:\n    destination: -oProxyCommand=x\n",
      "line 4: hosts[0].ssh.destination is “-oProxyCommand=x”. Wanted: a destination is user@address",
    ],
    [
      "has a colon in a host's name",
      "hosts:\n- name: a:b\n  local: true\n",
      "line 2: hosts[0].name is “a:b”. Wanted: A host's name consists of",
    ],
    [
      "has a host that is nowhere",
      "hosts:\n- name: a\n",
      "line 2: hosts[0] is a map of keys. Wanted: a host is this machine (local: true) or reached by ssh",
    ],
    [
      "has a host with a strange key",
      "hosts:\n- name: a\n  ssh: {destination: a, prot: 22}\n",
      "“hosts[0].ssh.prot” is no key that Halfway knows. Is “port” meant?",
    ],
    [
      "has a provider whose issuer everybody on the way can read",
      "oidc: {name: Home, issuer: 'http://id.lan', clientId: h, defaultRole: viewer}\n",
      "it has to begin with https://",
    ],
    [
      "has a provider by whom nobody would come in",
      "oidc: {name: Home, issuer: 'https://id.lan', clientId: h}\n",
      "nobody would come in",
    ],
    [
      "trusts a proxy that shows no secret",
      "proxy: {userHeader: Remote-User}\n",
      "proxy.secret is missing. Wanted: 24 characters at least",
    ],
    [
      "trusts a header that means something else",
      `proxy: {userHeader: Cookie, secret: ${JSON.stringify(secret)}}\n`,
      "Wanted: the name of a header that has no other meaning",
    ],
    [
      "trusts everybody for a proxy",
      `proxy: {userHeader: Remote-User, peers: [], secret: ${JSON.stringify(secret)}}\n`,
      "proxy.peers is an empty list",
    ],
    [
      "trusts a name for a proxy",
      `proxy: {userHeader: Remote-User, peers: [10.0.0.0/33], secret: ${JSON.stringify(secret)}}\n`,
      "proxy.peers[0] is “10.0.0.0/33”. Wanted: addresses or networks",
    ],
    [
      "listens where passwords can be read",
      "address: 0.0.0.0\n",
      "line 1: address is “0.0.0.0”, where everybody on the way can read passwords",
    ],
  ])("when it %s", (_what, text, words) => {
    const env: Record<string, string> = text === null ? { HALFWAY_CONFIG: path } : {};
    expect(refusal(text, env)).toContain(words);
  });

  test("by the name of a variable, where one is wrong", () => {
    for (const [name, text, words] of [
      ["PORT", "http", "PORT=3000"],
      ["HALFWAY_INSECURE_HTTP", "yes", "HALFWAY_INSECURE_HTTP=1"],
      ["HALFWAY_HOSTS", "https://nas.lan", "HALFWAY_HOSTS=halfway.nas.lan"],
      ["HALFWAY_PROXY_USER_HEADER", "cookie", "HALFWAY_PROXY_USER_HEADER=Remote-User"],
      ["HALFWAY_OIDC", "/nowhere", "/nowhere: it cannot be read"],
      ["HALFWAY_ADDRESS", "10.0.0.2", "HALFWAY_INSECURE_HTTP=1"],
    ] as const) {
      expect(refusal(null, { [name]: text })).toContain(words);
    }
  });

  test("by the name of the variable that is missing, where there is no file", () => {
    const words = refusal(null, { HALFWAY_PROXY_USER_HEADER: "Remote-User" });
    expect(words).toContain("HALFWAY_PROXY_SECRET in the environment: proxy.secret is missing");
    expect(words).not.toMatch(/null|line 1/);
  });

  test("where a file of a provider's says nothing of one", () => {
    const env = { HALFWAY_OIDC: "/oidc.yaml" };
    expect(refusal(null, env, { "/oidc.yaml": "/etc/other.yaml\n" })).toContain(
      "/oidc.yaml, line 1: the file is no map",
    );
    expect(refusal(null, env, { "/oidc.yaml": "# nothing\n" })).toContain(
      "/oidc.yaml, line 1: oidc.name is missing",
    );
    expect(refusal(null, env, { "/oidc.yaml": "name: Home\nisuer: x\n" })).toContain("line 2: “oidc.isuer”");
  });

  test("without telling a secret", () => {
    for (const text of [
      "proxy: {userHeader: Remote-User, secret: hunter2}\n",
      "proxy: hunter2\n",
      "oidc: {clientSecret: [hunter2]}\n",
      "oidc: {clientSecrte: hunter2}\n",
      "proxy:\n  secret: *hunter2\n",
      '{ "oidc": { "clientSecret": "hunter2" oops',
      'proxy:\n  secret: "hunter2\n',
      "proxy:\n  secret: hunter2: hunter2\n",
    ]) {
      expect(refusal(text)).not.toContain("hunter2");
    }
    const json = '{ "clientSecret": "hunter2" oops';
    expect(refusal(null, { HALFWAY_OIDC: "/oidc.json" }, { "/oidc.json": json })).not.toContain("hunter2");
  });
});

test("the server listens on this machine only, unless somebody says that the network is trusted", () => {
  expect(configured(null).address).toBe("127.0.0.1");
  expect(refusal(null, { HALFWAY_ADDRESS: "0.0.0.0" })).toContain("HALFWAY_INSECURE_HTTP=1");
  expect(configured(null, { HALFWAY_ADDRESS: "::1" }).address).toBe("::1");
  expect(configured(null, { HALFWAY_ADDRESS: "10.0.0.2", HALFWAY_INSECURE_HTTP: "1" }).insecureHttp).toBe(
    true,
  );
});

test("a variable that looks like ours and is none is told of, and keeps nothing from working", () => {
  expect(configured(null, { HALFWAY_STATEDIR: "/x", HALFWAY_LAB_PORT: "22900" }).warnings).toEqual([
    "HALFWAY_STATEDIR in the environment is no variable that Halfway knows. Is HALFWAY_STATE_DIR meant?",
  ]);
});

describe("what a file says to no effect is told of", () => {
  test("where a variable hides a key, with its line", () => {
    const text = "port: 8080\nstateDir: /tank/halfway\nmetrics:\n  open: true\n  datasets: true\n";
    const env = {
      HALFWAY_STATE_DIR: "/var/lib/halfway",
      HALFWAY_METRICS_DATASETS: "0",
      HALFWAY_STALL_MINUTES: "5",
    };
    const { stateDir, warnings } = configured(text, env);
    expect(stateDir).toBe("/var/lib/halfway");
    expect(warnings).toEqual([
      `${path}, line 2: “stateDir” counts for nothing, as HALFWAY_STATE_DIR in the environment takes precedence.`,
      `${path}, line 5: “metrics.datasets” counts for nothing, as HALFWAY_METRICS_DATASETS in the environment takes precedence.`,
    ]);
    expect(configured(text).warnings).toEqual([]);
  });

  test("of a provider, too, whose secret is shown nowhere", () => {
    const oidc = {
      name: "Home",
      issuer: "https://id.lan",
      clientId: "h",
      clientSecret: "hunter2",
      defaultRole: "viewer",
    };
    const words =
      "“oidc.clientSecret” counts for nothing, as HALFWAY_OIDC_SECRET in the environment takes precedence.";
    const env = { HALFWAY_OIDC_SECRET: "from outside" };
    expect(configured(JSON.stringify({ oidc }), env).warnings).toEqual([`${path}, line 1: ${words}`]);
    const files = { "/oidc.yaml": `# Ours\n${JSON.stringify(oidc)}` };
    expect(configured("oidc: /oidc.yaml", env, files).warnings).toEqual([`/oidc.yaml, line 2: ${words}`]);
    expect(configured("oidc: /else.yaml", { HALFWAY_OIDC: "/oidc.yaml" }, files).warnings).toEqual([
      `${path}, line 1: “oidc” counts for nothing, as HALFWAY_OIDC in the environment takes precedence.`,
    ]);
  });
});

describe("what is written about the configuration is so", () => {
  const root = join(import.meta.dirname, "../..");

  test("the example file is the one in docs: npm run admin -- example-config > docs/halfway.yaml", () => {
    expect(readFileSync(join(root, "docs/halfway.yaml"), "utf8")).toBe(exampleFile());
  });

  test("it says nothing yet, and every line of it can be taken in", () => {
    expect(parse(exampleFile())).toBeNull();
    const all = exampleFile()
      .replaceAll(/^#(?! )/gm, "")
      .replaceAll(/^#( {2,})/gm, "$1")
      .replace("openssl rand -hex 24", secret.replaceAll(/[,']/g, ""));
    expect(Object.keys(parse(all))).toEqual([...new Set(allSettings.map((setting) => setting.path[0]))]);
    expect(configured(all)).toMatchObject({ port: 3000, hosts: [{ name: "nas" }, { name: "tower" }] });
  });

  test("the table of the README has every key and every variable", () => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(settingsTable());
    for (const { variable } of allSettings) expect(settingsTable()).toContain(variable?.name ?? "");
    expect(settingsTable()).toContain(besides.oidcSecret.name);
  });
});
