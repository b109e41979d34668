"use client";

import { useEffect } from "react";

/**
 * Puts a number before the title of the page, or something else in its place. The page's own title may change meanwhile, for
 * example when somebody goes to another one.
 */
export function useTitle({ count, instead }: { count: number; instead: string | null }): void {
  useEffect(() => {
    let own = document.title;
    let written = own;
    const write = () => {
      written = `${count > 0 ? `(${count}) ` : ""}${instead ?? own}`;
      if (document.title !== written) document.title = written;
    };
    write();
    const watch = new MutationObserver(() => {
      if (document.title === written) return;
      own = document.title;
      write();
    });
    watch.observe(document.head, { subtree: true, childList: true, characterData: true });
    return () => {
      watch.disconnect();
      if (document.title === written) document.title = own;
    };
  }, [count, instead]);
}
