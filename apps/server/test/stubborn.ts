// A projector's thread that never answers when it comes across "slow", ends at "ends", and else answers with how
// many updates it got.
import { parentPort } from 'node:worker_threads'
import { serve } from '@quire/storage/thread'
import type { Answer, Question, Reading } from '../src/projector.ts'

const answer = (updates: readonly Uint8Array[], question: Question): Answer => {
  const text = `${question.ask === 'retitle' ? question.title : ''}${Buffer.concat(updates).toString('latin1')}`
  for (; text.includes('slow'););
  if (text.includes('ends')) process.exit()
  return { title: `${updates.length} updates`, text: '', update: null, cost: 0 }
}

serve<Reading>(parentPort, { build: answer, readTitle: answer })
