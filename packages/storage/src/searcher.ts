import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openSearcher } from './search.ts'
import { serve } from './thread.ts'

// The thread that searches: nobody but those who search waits for it. It never writes.
serve(parentPort, openSearcher(new DatabaseSync(String(workerData), { readOnly: true, timeout: 5000 })))
