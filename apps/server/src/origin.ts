import { isIP } from 'node:net'

/** True for addresses and names that only this machine answers to. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

/** What decides who may talk to this server from a browser. */
export interface Bounds {
  /** The address it listens on. */
  readonly host: string
  readonly publicUrl: URL | null
  readonly allowedOrigins: readonly string[]
}

/** The parts of a request that a page in a browser cannot forge. */
export interface Provenance {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly site: string | undefined
}

const parse = (address: string): URL | null => {
  try {
    return new URL(address)
  } catch {
    return null
  }
}

/**
 * True when this server answers to the name in the Host header. A page whose own name was made to point here
 * (DNS rebinding) fails it: names must be configured; addresses and names of this machine cannot be rebound.
 */
export const knowsHost = (bounds: Bounds, host: string | undefined): boolean => {
  const url = host === undefined || /[/?#@\\\s]/.test(host) ? null : parse(`http://${host}`)
  if (url === null) return false
  if (isLoopback(url.hostname) || url.host === bounds.publicUrl?.host || url.hostname === bounds.host)
    return true
  if (isLoopback(bounds.host)) return false
  return isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0
}

/**
 * True when a page of this origin may act here: our own, a configured one, or on a loopback address any page of
 * this machine. Whoever sends no Origin is no browser; `site` is what newer ones say about themselves besides.
 */
export const knowsOrigin = (bounds: Bounds, { host, origin, site }: Provenance): boolean => {
  if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none'
  const url = parse(origin)
  if (url === null || url.origin !== origin) return false // `null`, and anything that is no plain origin
  if (origin === bounds.publicUrl?.origin || bounds.allowedOrigins.includes(origin)) return true
  if (isLoopback(bounds.host) && isLoopback(url.hostname)) return true
  // a proxy that adds TLS reaches us by plain HTTP: at the public address plain HTTP is a foreign origin
  return origin === `http://${host?.toLowerCase()}` && url.host !== bounds.publicUrl?.host
}
