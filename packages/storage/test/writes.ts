import { piecesOf } from '@quire/sync/log'
import * as Y from 'yjs'
import { openSqlite } from '../src/sqlite.ts'
import { write } from './writing.ts'

// A program that writes until it is killed: it prints "room number" when an update is on disk, not before. It folds
// when told `yes`, and when told `runs`, documents that are large.
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
      const past = await log.load()
      const { base } = past
      const doc = new Y.Doc()
      for (const { update } of [{ update: base.state }, ...piecesOf(past)]) Y.applyUpdate(doc, update)
      const list = doc.getArray<number>('said')
      let said: Uint8Array = base.state
      doc.on('update', (update: Uint8Array) => (said = update))
      if (compacting === 'runs' && base.position === 0) {
        doc.getText('book').insert(0, 'All happy families are alike. '.repeat(1000))
        await log.append(write(said))
        await log.compact()
      }
      for (;;) {
        const round = Array.from({ length: 8 }, async () => {
          const number = list.length + 1
          list.push([number])
          await log.append(write(said))
          say(`${room} ${number}`)
        })
        await Promise.all(round)
        if (compacting !== 'no') void log.compact()
      }
    }),
  )
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}
