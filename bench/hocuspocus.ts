import { sized } from './message.ts'
import type { Protocol } from './protocol.ts'

const auth = 2

/** The protocol of Hocuspocus 4: one address for all, and each message begins with the name of its document. */
export const hocuspocus: Protocol = {
  path: () => '/',
  prefix: (room) => sized(Buffer.from(room)),
  greeting: [Buffer.concat([Buffer.of(auth, 0), sized(Buffer.from('')), sized(Buffer.from('4.8.0'))])],
}
