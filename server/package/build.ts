/*
 * `npm run package`: the page built for production, the Node that runs it and what makes a service of them, as a Debian package
 * and as an archive for any Linux with glibc. Both hold the same tree, for the machine this runs on.
 */

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { build } from "esbuild";
import { z } from "zod";

const recipe = import.meta.dirname;
const root = join(recipe, "..", "..");
const dist = join(root, "dist");
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** The machines that Node is made for, as Debian and the kernel call them. */
const machines = {
  x64: { debian: "amd64", kernel: "x86_64" },
  arm64: { debian: "arm64", kernel: "aarch64" },
};
const machine = machines[z.enum(["x64", "arm64"]).parse(process.arch)];

/** Everything bears one time, that of the sources: what is packed twice is the same. */
const epoch = process.env.SOURCE_DATE_EPOCH ?? lastChange();

const work = join(dist, "work");
rmSync(dist, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
try {
  const tree = await makeTree();
  const made = [makeDeb(tree), makeArchive(tree)];
  writeFileSync(join(dist, "SHA256SUMS"), run("sha256sum", made, { cwd: dist }));
  for (const name of made) console.log(`dist/${name}  ${mebibytes(statSync(join(dist, name)).size)}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What both packages hold: the server with the modules that it uses, Node, and the commands of `npm run admin`. */
async function makeTree(): Promise<string> {
  console.log("Building the page…");
  const env = {
    ...process.env,
    HALFWAY_BUILD: "package",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_ENV: "production",
  } as const;
  run("next", ["build"], { cwd: root, env });
  const tree = join(work, "tree");
  const standalone = join(root, ".next", "standalone");
  // Next takes along whatever code might read: here that is the whole clone.
  for (const name of ["server.js", "package.json", ".next", "node_modules"]) {
    cpSync(join(standalone, name), join(tree, name), {
      recursive: true,
      dereference: true,
      filter: isWanted,
    });
  }
  cpSync(join(root, ".next", "static"), join(tree, ".next", "static"), { recursive: true });
  cpSync(join(root, "public"), join(tree, "public"), { recursive: true });
  // Where it was built concerns nobody.
  for (const name of ["server.js", ".next/required-server-files.json"]) {
    const file = join(tree, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(root, "/halfway"));
  }
  await bundle("server/package/start.ts", join(tree, "start.mjs"));
  await bundle("server/admin.ts", join(tree, "admin.mjs"));
  mkdirSync(join(tree, "bin"));
  const node = join(tree, "bin", "node");
  copyFileSync(join(root, "node_modules", "node", "bin", "node"), node);
  // A seventh of it are symbols for debuggers.
  if (spawnSync("strip", ["--strip-all", node]).status !== 0) {
    console.log("There is no strip (package binutils) here: the packages become larger.");
  }
  writeFileSync(join(tree, "licenses.txt"), licenses());
  return tree;
}

/** Next takes along what makes images, SQLite for every machine there is, and what only a build reads. */
function isWanted(path: string): boolean {
  const [, inModules = ""] = path.split(`${sep}node_modules${sep}`);
  if (/^(sharp|@img)(\/|$)/.test(inModules) || /\.(map|nft\.json)$/.test(path)) return false;
  return !inModules.includes("/prebuilds/") || inModules.endsWith(`/linux-${process.arch}.node`);
}

/** One file of one of our programs, with everything but what is native. */
async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    ...{ entryPoints: [join(root, entry)], outfile, bundle: true, platform: "node", format: "esm" },
    ...{ target: "node24", minify: true, legalComments: "none", external: ["better-sqlite3"] },
    ...{ tsconfig: join(root, "tsconfig.json"), logLevel: "warning" },
    // What is written for CommonJS asks for `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
}

/** The licences of everything that is in the packages, as they demand. */
function licenses(): string {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
    .parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && !dev);
  const texts = shipped.flatMap(([path]) => {
    const [file] = globSync(join(root, path, "{LICENSE,LICENCE,license,License}*"));
    return file === undefined
      ? []
      : [`${path.replace(/^.*node_modules\//, "")}\n\n${readFileSync(file, "utf8")}`];
  });
  const halfway = `Halfway\n\n${readFileSync(join(root, "LICENSE"), "utf8")}`;
  const node = `Node.js ${process.version}\n\nhttps://github.com/nodejs/node/blob/${process.version}/LICENSE\n`;
  return [halfway, node, ...texts].join(`\n${"-".repeat(80)}\n\n`);
}

function makeDeb(tree: string): string {
  console.log("Packing it for Debian…");
  const deb = join(work, "deb");
  const lib = "/usr/lib/halfway";
  const at = (path: string) => join(deb, path);
  cpSync(tree, at(lib), { recursive: true });
  const doc = "/usr/share/doc/halfway";
  put("halfway.service", at("/usr/lib/systemd/system/halfway.service"), lib, doc);
  put("sysusers.conf", at("/usr/lib/sysusers.d/halfway.conf"), lib, doc);
  put("halfway.sh", at("/usr/bin/halfway"), lib, doc, 0o755);
  mkdirSync(at("/etc/halfway"), { recursive: true });
  copyFileSync(join(root, "docs", "halfway.yaml"), at("/etc/halfway/halfway.yaml"));
  mkdirSync(at(doc), { recursive: true });
  putPages(at(doc));
  copyFileSync(join(tree, "licenses.txt"), at(`${doc}/copyright`));
  rmSync(at(`${lib}/licenses.txt`));
  write(at("/DEBIAN/conffiles"), "/etc/halfway/halfway.yaml\n");
  for (const name of ["preinst", "postinst", "prerm", "postrm"])
    put(`deb/${name}`, at(`/DEBIAN/${name}`), lib, doc, 0o755);
  tidy(deb);
  const size = run("du", ["-sk", "--apparent-size", deb]).split("\t")[0] ?? "";
  put("deb/control", at("/DEBIAN/control"), lib, doc, 0o644, size);
  const name = `halfway_${version}_${machine.debian}.deb`;
  run("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z12", "--build", deb, join(dist, name)]);
  return name;
}

function makeArchive(tree: string): string {
  console.log("Packing it for any Linux…");
  const name = `halfway-${version}-linux-${process.arch}`;
  const lib = "/opt/halfway";
  const at = (path: string) => join(work, name, path);
  cpSync(tree, at("lib"), { recursive: true });
  put("halfway.service", at("lib/halfway.service"), lib, lib);
  put("sysusers.conf", at("lib/sysusers.conf"), lib, lib);
  put("halfway.sh", at("lib/bin/halfway"), lib, lib, 0o755);
  put("tarball/uninstall.sh", at("lib/uninstall.sh"), lib, lib, 0o755);
  put("tarball/install.sh", at("install.sh"), lib, lib, 0o755);
  copyFileSync(join(root, "docs", "halfway.yaml"), at("lib/halfway.yaml"));
  putPages(at("lib"));
  tidy(join(work, name));
  const archive = `${name}.tar.gz`;
  const same = ["--sort=name", `--mtime=@${epoch}`, "--owner=0", "--group=0", "--numeric-owner"];
  run("tar", [...same, "-C", work, "-I", "gzip -n", "-cf", join(dist, archive), name]);
  return archive;
}

/** The pages, where their links find each other; their pictures would be a tenth of a package. */
function putPages(to: string): void {
  for (const name of ["README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"])
    copyFileSync(join(root, name), join(to, name));
  const pictures = join(root, "docs", "screenshots");
  cpSync(join(root, "docs"), join(to, "docs"), { recursive: true, filter: (path) => path !== pictures });
}

/** Writes one of the recipe's files with its places filled in. */
function put(name: string, to: string, lib: string, doc: string, mode = 0o644, size = ""): void {
  const words: Record<string, string> = {
    ...{ LIB: lib, DOC: doc, VERSION: version, SIZE: size, ARCH: machine.debian, MACHINE: machine.kernel },
    PARTS: readFileSync(join(recipe, "parts.sh"), "utf8").trim(),
  };
  const text = readFileSync(join(recipe, name), "utf8");
  write(
    to,
    text.replace(/@([A-Z]+)@/g, (all, word: string) => words[word] ?? all),
  );
  chmodSync(to, mode);
}

function write(to: string, text: string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
}

/** Modes that do not depend on who builds it. */
function tidy(directory: string): void {
  run("chmod", ["-R", "u=rwX,go=rX", directory]);
}

function lastChange(): string {
  const said = spawnSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  return said.status === 0
    ? said.stdout.trim()
    : String(Math.floor(statSync(join(root, "package.json")).mtimeMs / 1000));
}

function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  try {
    return execFileSync(command, args, {
      ...{ encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 },
      ...options,
      env: { ...(options.env ?? process.env), SOURCE_DATE_EPOCH: epoch },
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args[0] ?? ""} failed:\n${stdout}${stderr}`);
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
