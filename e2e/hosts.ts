import { expect, type Locator, type Page } from "@playwright/test";

/** A host's entry on the page of hosts. */
export function hostOn(page: Page, name: string): Locator {
  return page.getByRole("list", { name: "Hosts", exact: true }).getByRole("listitem", { name, exact: true });
}

/** The line of what a check found on a host that begins with this heading. */
export function foundOn(page: Page, name: string, heading: string): Locator {
  return hostOn(page, name)
    .getByRole("list", { name: `What was found on ${name}` })
    .getByRole("listitem")
    .filter({ hasText: new RegExp(`^${heading}:`) });
}

/** Checks a host, again where it was checked before, and waits for what that finds. */
export async function check(page: Page, name: string): Promise<void> {
  const button = hostOn(page, name).getByRole("button", { name: `Check ${name}` });
  await button.click();
  await expect(button).toBeEnabled();
}

/**
 * Adds a host as a person does who compares its fingerprint; what works there is looked at then.
 * @returns the line that lets Halfway in there.
 */
export async function addHost(
  page: Page,
  name: string,
  { login, port, fingerprint }: { login: string; port: number; fingerprint: string },
): Promise<string> {
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Add a host…" }).click();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Login").fill(login);
  await dialog.getByLabel("Port").fill(String(port));
  await dialog.getByRole("button", { name: "Ask for its key" }).click();
  await expect(dialog.getByRole("heading")).toHaveText(`Is this the key of ${name}?`);
  await expect(dialog.getByText(fingerprint, { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Accept the key and add the host" }).click();
  await expect(dialog.getByRole("heading")).toHaveText(`Let Halfway in on ${name}`);
  const line = (await dialog.getByText(/^restrict ssh-ed25519 /).textContent()) ?? "";
  await dialog.getByRole("button", { name: `Check ${name}` }).click();
  await expect(hostOn(page, name).getByRole("button", { name: `Check ${name}` })).toBeEnabled();
  return line;
}

/** Removes a host again. */
export async function removeHost(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove the host" }).click();
  await expect(hostOn(page, name)).toHaveCount(0);
}
