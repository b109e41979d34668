import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const widths = { phone: { width: 320, height: 720 }, desktop: { width: 1440, height: 900 } };

/** What axe finds wrong with a page as it stands: on a phone and a desktop, light and dark. A line each, none twice. */
export async function violationsOn(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  const found = new Set<string>();
  for (const colorScheme of ["light", "dark"] as const) {
    // A colour that is on its way to another one is neither.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries(widths)) {
      await page.setViewportSize(viewport);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations) {
        for (const { html, failureSummary } of nodes) {
          found.add(`${size}, ${colorScheme}: ${id}: ${html} ${failureSummary}`);
        }
      }
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
  return [...found];
}
