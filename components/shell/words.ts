import { type Said, say } from "@/server/say";
import type { Theme } from "./theme";

/** Each theme in a word. */
export const themeWords: Record<Theme, Said> = {
  system: say`As the system`,
  light: say`Light`,
  dark: say`Dark`,
};
