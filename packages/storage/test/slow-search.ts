import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openSearcher } from '../src/search.ts'
import type { SearchScope } from '../src/search.ts'
import { serve } from '../src/thread.ts'

// The thread that searches, with a query that never ends.
const { file, begun }: { file: string; begun: Int32Array } = workerData
const searcher = openSearcher(new DatabaseSync(file, { readOnly: true }))
serve(parentPort, {
  ...searcher,
  find: (query: string, scope: SearchScope, limit: number) => {
    if (query === 'endless') {
      Atomics.add(begun, 0, 1)
      for (;;);
    }
    return searcher.find(query, scope, limit)
  },
})
