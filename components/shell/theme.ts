/** How the page is coloured: as the system has it, or always one way. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Where a browser keeps which one was chosen. The server reads it, so that the first picture is right already. */
export const themeCookie = "halfway-theme";

/** The colour of the page's head in each, for the browser's own bars around it. */
export const barColours = { light: "#ffffff", dark: "#181d21" } as const;

/** The theme that a cookie names; that of the system where it names none. */
export function themeOf(chosen: string | undefined): Theme {
  return themes.find((theme) => theme === chosen) ?? "system";
}
