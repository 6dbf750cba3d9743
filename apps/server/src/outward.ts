import { lookup } from 'node:dns'
import type { LookupOptions } from 'node:dns'
import { request as http } from 'node:http'
import { request as https } from 'node:https'
import { BlockList, isIP } from 'node:net'

const inner = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 96], // unspecified, loopback, and IPv4 addresses in an old spelling
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2002::', 16],
] as const)
  inner.addSubnet(network, bits, 'ipv6')

/** True for addresses of this machine, of private networks, and of whatever else the internet does not reach. */
export const isInner = (address: string): boolean => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return inner.check(mapped, 'ipv4')
  if (/^::ffff:/i.test(address)) return true
  return inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Said when an address is not to be called. */
export class Refused extends Error {}

type Found = (
  error: Error | null,
  address: string | { address: string; family: number }[],
  family?: number,
) => void

/** Looks a name up, and refuses it when any of its addresses is an inner one: so none is called behind another's name. */
const outer = (name: string, options: LookupOptions, found: Found): void =>
  lookup(name, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null || first === undefined) return found(error ?? new Error('there is no such name'), '')
    if (addresses.some(({ address }) => isInner(address)))
      return found(new Refused('the address is in a private network'), '')
    if (options.all === true) found(null, addresses)
    else found(null, first.address, first.family)
  })

/**
 * Posts JSON and resolves with the status; what is answered is not read, and nobody is followed elsewhere. Rejects when
 * there is no answer within ten seconds, and for addresses of private networks unless those are allowed.
 */
export const post = (
  address: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  privately: boolean,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const host = address.hostname.replace(/^\[|\]$/g, '')
    if (!privately && isIP(host) !== 0 && isInner(host))
      return reject(new Refused('the address is in a private network'))
    const ask = address.protocol === 'https:' ? https : http
    const asking = ask(
      address,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        signal: AbortSignal.timeout(10_000),
        agent: false,
        ...(!privately && { lookup: outer }),
      },
      (answer) => {
        answer.destroy()
        resolve(answer.statusCode ?? 0)
      },
    )
    asking.on('error', reject)
    asking.end(body)
  })
