// The messages of the y-websocket protocol that the generator says, made without a document.

/** The bytes of an unsigned number, seven bits at a time. */
const varUint = (value: number): number[] => {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return [...bytes, value]
}

/** Bytes with their length before them. */
export const sized = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(varUint(bytes.length)), bytes])

const sync = (kind: number, bytes: Uint8Array): Buffer => Buffer.concat([Buffer.of(0, kind), sized(bytes)])

/** "This is what I have: send me the rest." */
export const have = (vector: Uint8Array = Uint8Array.of(0)): Buffer => sync(0, vector)

/** "This is what you lacked." */
export const rest = (update: Uint8Array = Uint8Array.of(0, 0)): Buffer => sync(1, update)

/** "This has changed." */
export const change = (update: Uint8Array): Buffer => sync(2, update)

/** "Here I am", with a state as an editor shows it: a name, a colour and where the caret is. */
export const presence = (client: number, clock: number, place: number): Buffer => {
  const at = { type: null, tname: 'default', item: { client, clock: place }, assoc: 0 }
  const state = JSON.stringify({
    user: { name: `Person ${client % 1000}`, color: '#30bced' },
    cursor: { anchor: at, head: at },
  })
  const entry = [Buffer.from([1, ...varUint(client), ...varUint(clock)]), sized(Buffer.from(state))]
  return Buffer.concat([Buffer.of(1), sized(Buffer.concat(entry))])
}
