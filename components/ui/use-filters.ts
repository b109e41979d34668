"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useSettled } from "./use-settled";

/** How long typing has to pause before it counts. */
export const settlesWithin = 300;

/** The part of an address that has these filters; empty without any. */
export function addressOf(filters: Record<string, string>): string {
  const set = Object.entries(filters).filter(([, value]) => value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
}

/**
 * Filters that are kept in the address of their page, so that it can be given to others.
 * @param page its path.
 * @param read gets them from an address, and leaves out what it does not know.
 */
export function useFilters<T extends Record<string, string>>(
  page: string,
  read: (params: Pick<URLSearchParams, "get">) => T,
): [T, (filters: T) => void] {
  const params = useSearchParams();
  const [filters, setFilters] = useState(() => read(params));
  const settled = useSettled(filters, settlesWithin);
  const written = useRef(addressOf(filters));
  useEffect(() => {
    const address = addressOf(settled);
    if (address === written.current) return;
    written.current = address;
    // No visit of its own for each letter: Back leads to the page before.
    window.history.replaceState(null, "", `${page}${address}`);
  }, [settled, page]);
  // A link to this page leads away from what was typed here.
  useEffect(() => {
    const wanted = read(params);
    if (addressOf(wanted) === written.current) return;
    written.current = addressOf(wanted);
    setFilters(wanted);
  }, [params, read]);
  return [filters, setFilters];
}
