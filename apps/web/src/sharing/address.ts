/** The address that people are given: of the document itself, wherever in it one stands; with a role link's token. */
export const addressOf = (room: string, token: string | null = null): string =>
  new URL(`/d/${room}${token === null ? '' : `#k=${token}`}`, location.href).href

/** The token in the fragment of such an address, or null. No server ever sees it there. */
export const tokenIn = (fragment: string): string | null => /^#k=([\w-]{22})$/.exec(fragment)?.[1] ?? null
