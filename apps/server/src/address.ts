import { BlockList, isIP } from 'node:net'

/** Which of the machines that reach us may say for whom they ask. */
export type Trust =
  | { readonly trusts: 'nobody' }
  | { readonly trusts: 'hops'; readonly hops: number } // so many proxies stand in front, whatever their addresses
  | { readonly trusts: 'list'; readonly list: BlockList }

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** One spelling for each address; an IPv4 address that came by IPv6 is an IPv4 address. */
const plain = (address: string): string => mapped.exec(address.trim())?.[1] ?? address.trim().toLowerCase()

/** What `QUIRE_TRUST_PROXY` may say: a number, or addresses and networks with commas between. Null for neither. */
export const readTrust = (text: string): Trust | null => {
  if (/^\d{1,2}$/.test(text.trim())) {
    const hops = Number(text)
    return hops === 0 ? { trusts: 'nobody' } : { trusts: 'hops', hops }
  }
  const list = new BlockList()
  for (const part of text.split(',')) {
    const [address = '', bits, ...rest] = plain(part).split('/')
    const version = isIP(address)
    if (version === 0 || rest.length > 0) return null
    const family = version === 4 ? 'ipv4' : 'ipv6'
    const most = version === 4 ? 32 : 128
    if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return null
    list.addSubnet(address, bits === undefined ? most : Number(bits), family)
  }
  return { trusts: 'list', list }
}

/**
 * Whose request it is: the machine at the other end, unless that is a trusted proxy. Then the last address in
 * X-Forwarded-For that no trusted proxy vouched for itself with. What an untrusted machine says there is ignored.
 */
export const clientAddress = (peer: string, forwarded: string | undefined, trust: Trust): string => {
  if (trust.trusts === 'nobody' || forwarded === undefined) return plain(peer)
  let client = plain(peer)
  let hop = 0
  for (const said of forwarded.split(',').map(plain).toReversed()) {
    if (isIP(client) === 0) return client
    const trusted =
      trust.trusts === 'hops'
        ? hop++ < trust.hops
        : trust.list.check(client, isIP(client) === 6 ? 'ipv6' : 'ipv4')
    if (!trusted || isIP(said) === 0) return client
    client = said
  }
  return client
}

/** Whom a limit counts an address as: itself, or the /64 from which one household may choose any of IPv6. */
export const networkOf = (address: string): string =>
  isIP(address) === 6 && !address.includes('.') ? `${expand(address).slice(0, 4).join(':')}::/64` : address

const expand = (address: string): string[] => {
  const [front = '', back] = (address.split('%')[0] ?? '').split('::')
  const [head = [], tail = []] = [front, back ?? ''].map((half) =>
    half.split(':').filter((part) => part !== ''),
  )
  if (back === undefined) return head
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}
