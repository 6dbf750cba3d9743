import * as encoding from 'lib0/encoding'

/**
 * An update that Yjs integrates in quadratic time: so many clients insert a letter after the same letter of a root,
 * those with higher ids later, so that each passes all before it. Each waits for the client before it by a second
 * letter. 10,000 clients take many seconds.
 */
export const quadratic = (root: string, clients: number): Uint8Array => {
  const encoder = encoding.createEncoder()
  const numbers = (...values: number[]): void => {
    for (const value of values) encoding.writeVarUint(encoder, value)
  }
  const letterAfter = (client: number, clock: number): void => {
    encoding.writeUint8(encoder, 0x84)
    numbers(client, clock)
    encoding.writeVarString(encoder, 'a')
  }
  numbers(clients + 1)
  // Yjs writes clients in descending order
  for (let client = clients + 1; client > 1; client--) {
    numbers(2, client, 0)
    letterAfter(client - 1, 0)
    letterAfter(1, 0)
  }
  numbers(1, 1, 0)
  encoding.writeUint8(encoder, 4) // a letter in a root
  numbers(1)
  encoding.writeVarString(encoder, root)
  encoding.writeVarString(encoder, 'x')
  numbers(0) // no deletions
  return encoding.toUint8Array(encoder)
}
