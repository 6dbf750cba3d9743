import * as Y from 'yjs'
import { openSqlite } from '../src/sqlite.ts'
import { write } from './writing.ts'

// A program that writes until it is killed: it prints "room number" when an update is on disk, not before.
const [folder = '', compacting = 'no', count] = process.argv.slice(2)
const rooms =
  count === undefined
    ? ['plan', 'diary', 'letters']
    : Array.from({ length: Number(count) }, (_, index) => `room-${index}`)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const store = await openSqlite(folder)
  await Promise.all(
    rooms.map(async (room) => {
      const log = store.log(room)
      const { base, tail } = await log.load()
      const doc = new Y.Doc()
      for (const update of [base.state, ...tail]) Y.applyUpdate(doc, update)
      const list = doc.getArray<number>('said')
      let said: Uint8Array = base.state
      doc.on('update', (update: Uint8Array) => (said = update))
      for (;;) {
        const round = Array.from({ length: 8 }, async () => {
          const number = list.length + 1
          list.push([number])
          await log.append(write(said))
          say(`${room} ${number}`)
        })
        await Promise.all(round)
        if (compacting === 'yes') void log.compact()
      }
    }),
  )
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}
