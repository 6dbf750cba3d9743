// Preloaded into a server by a test: the thread that writes dies each time that it is given something to store.
import { isMainThread, parentPort, workerData } from 'node:worker_threads'

if (!isMainThread && typeof workerData === 'string' && workerData.endsWith('quire.db'))
  parentPort?.on('message', ({ name }: { name: string }) => {
    if (name === 'append') process.exit(1)
  })
