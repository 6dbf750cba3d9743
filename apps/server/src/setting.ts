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

const units = { '': 1, k: 1000, ki: 1024, m: 1000 ** 2, mi: 1024 ** 2 } as const

/** Bytes, or thousands or 1024s of them, between 64 KiB and 1024 MiB. */
export const size = z
  .string()
  .regex(/^\d{1,12} ?(|k|ki|m|mi)b?$/i, 'this is not a size')
  .transform((text) => {
    const unit = text.toLowerCase().replace(/^\d+ ?|b$/g, '')
    return Number.parseInt(text, 10) * units[unit in units ? (unit as keyof typeof units) : '']
  })
  .refine((bytes) => bytes >= 65_536 && bytes <= 1_073_741_824, 'this is not between 64KiB and 1024MiB')

/** How many of something, at least one. */
export const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'this is not a whole number above 0')
  .transform(Number)
