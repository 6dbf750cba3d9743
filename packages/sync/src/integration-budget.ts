import { SyncError } from './error.ts'
import { inspect } from './inspect.ts'
import type { Segment } from './inspect.ts'
import { IntegrationModel } from './integration-model.ts'
import { Known, readDeletes } from './known.ts'
import type { Effort, News } from './known.ts'
import { Reader } from './reader.ts'

/** Steps that one update may take, and all of a document: about one second and three of a browser. */
const stepLimits: StepLimits = { update: 1e7, room: 3e7 }
export interface StepLimits {
  readonly update: number
  readonly room: number
}

/**
 * Bounds the work of building a document. Yjs compares a struct with everything that others inserted at the same
 * place without knowing of it, one by one: a few kB can be made to take minutes. Honest documents are far below.
 *
 * At first there is only an estimate that costs nothing: a struct that continues what its client wrote last takes
 * none of these steps, or few in sum; any other at most one for each item that there is. When this no longer tells
 * that an update is within the limits, the steps are counted, from then on and with all that is in the document.
 */
export class IntegrationBudget {
  readonly #limits: StepLimits
  /** What the document is made of, in updates. */
  readonly #content: () => readonly Uint8Array[]
  /** At most so many steps were taken, and so many items are there. */
  #steps: number
  #items: number
  #model: IntegrationModel | null = null

  constructor(start: Effort, content: () => readonly Uint8Array[], limits = stepLimits) {
    this.#steps = start.steps
    this.#items = start.items
    this.#content = content
    this.#limits = limits
  }

  /** Bytes of memory. */
  get memory(): number {
    return this.#model?.memory ?? 0
  }

  /** Takes in an update that the log held: it is within the limits, whatever it is. */
  learn(news: News): void {
    this.#steps += this.#estimate(news)
    this.#items += itemsOf(news)
  }

  /** Takes in what is new in an update, `known` being what was there before; an error when it is not to be taken. */
  take(update: Uint8Array, news: News, known: Known): SyncError | null {
    if (this.#model === null) {
      const estimate = this.#estimate(news)
      if (estimate <= this.#limits.update && this.#steps + estimate <= this.#limits.room) {
        this.learn(news)
        return null
      }
      this.#model = countSteps(this.#content())
    }
    const model = this.#model
    const left = Math.max(0, this.#limits.room - model.steps)
    if (model.add(update, orderOf(update, known), Math.min(this.#limits.update, left))) {
      deleteFrom(model, news.deletes)
      return null
    }
    const [objection, detail] =
      left < this.#limits.update
        ? (['full', 'the document has reached its limit of concurrent insertions'] as const)
        : (['damaged', 'too many concurrent insertions at one place'] as const)
    return new SyncError('bad-bytes', detail, objection)
  }

  /** What was taken last did not come into the document after all. The steps are counted anew when they matter. */
  forget(): void {
    if (this.#model === null) return
    this.#steps = this.#model.steps
    this.#model = null
  }

  #estimate(news: News): number {
    return news.jumps * (this.#items + itemsOf(news))
  }
}

/** A struct that continues nothing may cut two items into two, and a deleted range as well. */
const itemsOf = ({ count, jumps, ranges }: News): number => count + 2 * (jumps + ranges)

/** Counts the steps of building a document from these updates. They were judged before, one after the other. */
export const countSteps = (updates: readonly Uint8Array[]): IntegrationModel => {
  const model = new IntegrationModel()
  const known = new Known()
  for (const update of updates) {
    const segments: Segment[] = []
    const verdict = inspect(update, known, undefined, undefined, null, gather(segments))
    if (verdict instanceof SyncError || verdict.type !== 'new') continue
    model.add(update, segments, Number.POSITIVE_INFINITY)
    deleteFrom(model, verdict.deletes)
    known.learn(verdict)
  }
  return model
}

const orderOf = (update: Uint8Array, known: Known): Segment[] => {
  const segments: Segment[] = []
  inspect(update, known, undefined, undefined, null, gather(segments))
  return segments
}

/** Makes one segment of those that lie behind one another. */
export const gather =
  (segments: Segment[]) =>
  ({ client, clock, count, from, to }: Segment): void => {
    const last = segments.at(-1)
    if (last !== undefined && last.client === client && last.to === from) {
      segments[segments.length - 1] = { ...last, count: last.count + count, to }
    } else segments.push({ client, clock, count, from, to })
  }

const deleteFrom = (model: IntegrationModel, deletes: Uint8Array): void => {
  readDeletes(new Reader(deletes), (client, from, to) => model.delete(client, from, to))
}
