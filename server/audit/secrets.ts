import { plain } from "../say";
import { redactTokens } from "../zfs/token";

const longest = 4_000;

/**
 * A text as it may be written down. What is secret by its place, as passwords are, never gets here; this is the second net, for
 * what gives itself away by its looks.
 */
export function withoutSecrets(text: string): string {
  return (
    redactTokens(text)
      .replace(/\bhalfway_[\w-]{8,}/g, "<API token>")
      .replace(/\botpauth:\/\/\S*/gi, "<second factor>")
      // Half a character would be read back as another one than was hashed.
      .replace(/[^\P{Cc}\n]|\p{Cs}/gu, "\ufffd")
  );
}

/** The same of what anybody can send: no longer than somebody reads. What is cut off is no sentence of ours any more. */
export function briefly(text: string): string {
  return withoutSecrets(text.length > longest ? `${plain(text).slice(0, longest)}…` : text);
}
