import { z } from 'zod'

/** An e-mail address, in lower case: what people type differently is the same. */
export const email = z
  .string('an e-mail address is expected')
  .transform((text) => text.trim().toLowerCase())
  .refine(
    (text) => text.length <= 254 && /^[^\s@"<>,:;]+@[^\s@"<>,:;]+\.[^\s@"<>,:;]+$/.test(text),
    'this is not an e-mail address',
  )
