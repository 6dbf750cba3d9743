import { parentPort, workerData } from 'node:worker_threads'
import { buffersOf } from '../src/load.ts'
import { openReads } from '../src/reads.ts'
import { serve } from '../src/thread.ts'
import { UnreadableDatabase } from './unreadable.ts'

// The reader's thread on a disk that misbehaves as `Disk` says.
const { file, plan }: { file: string; plan: Int32Array } = workerData
serve(parentPort, openReads(new UnreadableDatabase(file, plan, { readOnly: true, timeout: 5000 })), {
  load: buffersOf,
})
