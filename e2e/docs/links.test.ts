import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import GithubSlugger from "github-slugger";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toString as textOf } from "mdast-util-to-string";
import { visit } from "unist-util-visit";
import { expect, test } from "vitest";

type Page = { anchors: ReadonlySet<string>; links: readonly string[] };

/** Headings by the names that GitHub gives them, and every link and picture. */
function read(text: string): Page {
  const tree = fromMarkdown(text);
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: string[] = [];
  visit(tree, (node) => {
    if (node.type === "heading") anchors.add(slugger.slug(textOf(node)));
    if (node.type === "link" || node.type === "image" || node.type === "definition") links.push(node.url);
  });
  return { anchors, links };
}

/** Those that are of the repository, and those about to be. */
const listed = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md", "docs"],
  { encoding: "utf8" },
);
const files = listed.split("\0").filter((file) => file !== "" && existsSync(file));
const pages = new Map(
  files.filter((file) => file.endsWith(".md")).map((file) => [file, read(readFileSync(file, "utf8"))]),
);

/** Where a link leads within the repository; null where it leads out of it. */
function targetOf(from: string, link: string): { path: string; anchor: string | null } | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return null;
  const [path = "", anchor = null] = link.split("#");
  const wanted = path === "" ? from : normalize(join(dirname(from), decodeURIComponent(path)));
  // Of a folder GitHub shows the page that introduces it, else what is in it.
  const introduced = join(wanted, "README.md");
  return { path: pages.has(introduced) ? introduced : wanted, anchor };
}

/** Why a link leads nowhere; null where it leads somewhere, or out of the repository. */
function troubleWith(from: string, link: string): string | null {
  const target = targetOf(from, link);
  if (!target) return null;
  const { path, anchor } = target;
  if (path.startsWith("..") || !existsSync(path)) return `${link}: there is no ${path}`;
  if (anchor !== null && !pages.get(path)?.anchors.has(anchor))
    return `${link}: ${path} has no heading #${anchor}`;
  return null;
}

test("there are pages to look at", () => {
  expect(pages.get("README.md")?.links).toContain("docs/README.md");
});

test.each([...pages])("every link and picture in %s leads somewhere", (file, { links }) => {
  expect(links.map((link) => troubleWith(file, link)).filter((trouble) => trouble !== null)).toEqual([]);
});

test("what leads nowhere is noticed: a page, a picture, a heading", () => {
  const { links } = read("[a](docs/nowhere.md), ![b](docs/screenshots/nowhere.png), [c](README.md#nowhere)");
  expect(links.map((link) => troubleWith("README.md", link))).toEqual([
    "docs/nowhere.md: there is no docs/nowhere.md",
    "docs/screenshots/nowhere.png: there is no docs/screenshots/nowhere.png",
    "README.md#nowhere: README.md has no heading #nowhere",
  ]);
});

test("every page in docs is found by who begins at the README", () => {
  const found = new Set(["README.md"]);
  // What is found on the way is gone through as well.
  for (const file of found) {
    for (const link of pages.get(file)?.links ?? []) {
      const path = targetOf(file, link)?.path;
      if (path === undefined) continue;
      for (const page of pages.keys()) if (page === path || dirname(page) === path) found.add(page);
    }
  }
  const inDocs = [...pages.keys()].filter((file) => file.startsWith("docs/"));
  expect(inDocs.filter((file) => !found.has(file))).toEqual([]);
});
