import { z } from 'zod'

/** What each setting says of itself: the tables in the README are made from it. */
export interface About {
  readonly meaning: string
  readonly example: string
  /** The default as people read it. */
  readonly shown: string | undefined
}

/** What a setting means, a right value, and its default in words. */
export const about = (meaning: string, example: string, shown?: string) => ({ meaning, example, shown })

const units = {
  '': 1,
  k: 1000,
  ki: 1024,
  m: 1000 ** 2,
  mi: 1024 ** 2,
  g: 1000 ** 3,
  gi: 1024 ** 3,
  t: 1000 ** 4,
  ti: 1024 ** 4,
} as const

const bytes = z
  .string()
  .regex(/^\d{1,15} ?(|[kmgt]i?)b?$/i, 'this is not a size')
  .transform((text) => {
    const unit = text.toLowerCase().replace(/^\d+ ?|b$/g, '')
    return Number.parseInt(text, 10) * units[unit in units ? (unit as keyof typeof units) : '']
  })

/** Bytes, or thousands or 1024s of them, between 64 KiB and 1024 MiB. */
export const size = bytes.refine(
  (given) => given >= 65_536 && given <= 1_073_741_824,
  'this is not between 64KiB and 1024MiB',
)

/** Memory of a server, as a size of at least 128 MiB. */
export const memory = bytes.refine(
  (given) => given >= 134_217_728 && given <= 2 ** 50,
  'this is not between 128MiB and 1048576GiB',
)

/** Bytes of a disk, between 64 KiB and 1024 TiB. */
export const diskSize = bytes.refine(
  (size) => size >= 65_536 && size <= 1024 * units.ti,
  'this is not between 64KiB and 1024TiB',
)

/** How many of something, at least one. */
export const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'this is not a whole number above 0')
  .transform(Number)
