import { messagesPage } from "./messages";
import { verdictsPage } from "./verdicts";

/** Pages of docs/ that the code itself writes, so that they say what it says. */
export const pages = {
  "docs/messages.md": messagesPage,
  "docs/verdicts.md": verdictsPage,
} as const;
