import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * Whether this browser lets the page copy: browsers give the clipboard to HTTPS and localhost only, and a NAS is often
 * opened by plain HTTP. The server cannot know, so the page begins as if it could not.
 */
export function useHasClipboard(): boolean {
  return useSyncExternalStore(
    never,
    () => navigator.clipboard !== undefined,
    () => false,
  );
}
