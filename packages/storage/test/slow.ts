import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openPast } from '../src/past.ts'
import { serve } from '../src/thread.ts'

// The compactor's thread, with two documents that are too much for it.
const { file, begun }: { file: string; begun: Int32Array } = workerData
const past = openPast(new DatabaseSync(file, { readOnly: true }))
serve(parentPort, {
  ...past,
  diff: (room: string, vector: Uint8Array) => {
    if (vector[0] === 66) {
      Atomics.add(begun, 0, 1)
      for (;;);
    }
    // many small objects, as a document is: over one array that grows Node may end the process (nodejs/node#65019)
    if (vector[0] === 77) for (let heap: unknown = null; ;) heap = { heap }
    return past.diff(room, vector)
  },
})
