// A projector's thread that never answers when it comes across "slow", ends at "ends", and else answers with how
// many updates it got.
import { parentPort } from 'node:worker_threads'
import type { Outcome, Task } from '../src/projector.ts'

parentPort?.on('message', ({ number, updates, question }: Task) => {
  const text = `${question.ask === 'retitle' ? question.title : ''}${Buffer.concat(updates).toString('latin1')}`
  for (; text.includes('slow'););
  if (text.includes('ends')) throw new Error('this thread ends')
  const outcome: Outcome = { number, title: `${updates.length} updates`, text: '', update: null }
  parentPort?.postMessage(outcome)
})
