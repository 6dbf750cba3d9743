import { webSource } from '@quire/editor/media'

/** The https address of a picture elsewhere and its host, or null: nothing else may be loaded. */
export const elsewhere = (src: unknown): { address: string; host: string } | null => {
  const address = webSource(src)
  if (address === null || !URL.canParse(address)) return null
  const { protocol, host } = new URL(address)
  return protocol === 'https:' ? { address, host } : null
}
