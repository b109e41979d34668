/** The login that brings back to where one is now. */
export function loginFrom({ pathname, search }: { pathname: string; search: string }): string {
  return `/login?${new URLSearchParams({ next: `${pathname}${search}` })}`;
}
