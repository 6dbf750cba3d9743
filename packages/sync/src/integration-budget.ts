import { SyncError } from './error.ts'
import { anything, inspect, Inspection } from './inspect.ts'
import type { Segment, Verdict } from './inspect.ts'
import { IntegrationModel, movesOfStep } from './integration-model.ts'
import { DeleteSetReader, Known, readDeletes } from './known.ts'
import type { Effort, News } from './known.ts'
import { Reader } from './reader.ts'
import type { Steps } from './turns.ts'

/** Steps that one update may take, and all of a document. */
export interface StepLimits {
  readonly update: number
  readonly room: number
}

/** About one second and three of a browser. */
const stepLimits: StepLimits = { update: 1e7, room: 3e7 }
/** What is counted in one turn: structs and deleted ranges, and the steps that they may take at most. */
const quickStructs = 2000
const quickSteps = 1e6

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
  /** While an update is taken in several turns: what was taken meanwhile. */
  #waiting: { update: Uint8Array; news: News; order: readonly Segment[] }[] | null = null

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

  /** False when whether an update may be taken has to be found out in several turns. */
  isQuick(news: News): boolean {
    const estimate = this.#estimate(news)
    if (this.#model === null || this.#waiting !== null) return this.#allows(estimate)
    return news.count + news.ranges <= quickStructs && news.jumps * this.#model.items <= quickSteps
  }

  /**
   * Takes in what is new in an update that is quick, `known` being what was there before; an error when it is not to be
   * taken.
   */
  take(update: Uint8Array, news: News, known: Known): SyncError | null {
    if (this.#model === null || this.#waiting !== null) {
      this.#waiting?.push({ update, news, order: orderOf(update, news, known) })
      this.learn(news)
      return null
    }
    const most = this.#most
    return this.#model.add(update, orderOf(update, news, known), most)
      ? this.#delete(this.#model, news)
      : this.#excess(most)
  }

  /** The same for any update, in several turns, one after the other. Others may be taken meanwhile if they are quick. */
  *takeInTurns(update: Uint8Array, news: News, order: readonly Segment[]): Steps<SyncError | null> {
    if (this.#model === null && this.#allows(this.#estimate(news))) {
      this.learn(news)
      return null
    }
    this.#waiting = []
    try {
      const model = (this.#model ??= yield* countingSteps(this.#content()))
      this.#takeWaiting(model)
      const most = this.#most
      const isTaken = yield* model.adding(update, order, most)
      if (isTaken) yield* deleting(model, news.deletes)
      if (isTaken && model.cutSteps > this.#limits.update) {
        this.forget() // it has the deletions, which cannot be taken back
        return new SyncError('bad-bytes', 'too many deletions in one long text', 'damaged')
      }
      yield // what the caller does with the answer takes long too
      this.#steps = model.steps
      this.#takeWaiting(model)
      return isTaken ? null : this.#excess(most)
    } finally {
      this.#waiting = null
    }
  }

  /** Steps that the next update may take. */
  get #most(): number {
    return Math.max(0, Math.min(this.#limits.update, this.#limits.room - (this.#model?.steps ?? 0)))
  }

  #allows(estimate: number): boolean {
    return estimate <= this.#limits.update && this.#steps + estimate <= this.#limits.room
  }

  #takeWaiting(model: IntegrationModel): void {
    for (const { update, news, order } of this.#waiting?.splice(0) ?? []) {
      model.add(update, order, Number.POSITIVE_INFINITY)
      this.#delete(model, news)
    }
  }

  #delete(model: IntegrationModel, { deletes }: News): null {
    deleteFrom(model, deletes)
    this.#steps = model.steps
    return null
  }

  #excess(most: number): SyncError {
    const [objection, detail] =
      most < this.#limits.update
        ? (['full', 'the document has reached its limit of concurrent insertions'] as const)
        : (['damaged', 'too many concurrent insertions at one place'] as const)
    return new SyncError('bad-bytes', detail, objection)
  }

  /** What was taken last did not come into the document after all. The steps are counted anew when they matter. */
  forget(): void {
    this.#steps = Math.max(this.#steps, this.#model?.steps ?? 0)
    this.#model = null
  }

  #estimate(news: News): number {
    const items = this.#items + itemsOf(news)
    return news.jumps * items + Math.floor((news.ranges * items) / movesOfStep)
  }
}

/** A struct that continues nothing may cut two items into two, and a deleted range as well. */
const itemsOf = ({ count, jumps, ranges }: News): number => count + 2 * (jumps + ranges)

/** Counts the steps of building a document from these updates. They were judged before, one after the other. */
export const countSteps = (updates: readonly Uint8Array[]): IntegrationModel => {
  const work = countingSteps(updates)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

function* countingSteps(updates: readonly Uint8Array[]): Steps<IntegrationModel> {
  const model = new IntegrationModel()
  const known = new Known()
  let bytes = 0
  for (const update of updates) {
    const segments: Segment[] = []
    const verdict = yield* inspecting(
      new Inspection(update, known, anything, Number.POSITIVE_INFINITY, null, gather(segments)),
    )
    if (verdict instanceof SyncError || verdict.type !== 'new') continue
    yield* model.adding(update, segments, Number.POSITIVE_INFINITY)
    yield* deleting(model, verdict.deletes)
    known.learn(verdict)
    bytes += update.length
    if (bytes < bytesAtOnce) continue
    bytes = 0
    yield
  }
  return model
}

/** Bytes of a delete set that are counted between two pauses: each range may cut items in a long array. */
const deletesAtOnce = 8 * 1024

/** Read between two pauses of an inspection in several turns. */
export const bytesAtOnce = 64 * 1024

/** Ends an inspection in several turns. */
export function* inspecting(inspection: Inspection): Steps<Verdict> {
  while (!inspection.advance(bytesAtOnce)) yield
  yield
  return inspection.verdict()
}

const orderOf = (update: Uint8Array, { structs, count }: News, known: Known): Segment[] => {
  const [only] = structs
  if (only === undefined) return []
  if (structs.length === 1)
    return [{ client: only.client, clock: only.first, count, from: only.start, to: update.length }]
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

/** The same in several turns. */
function* deleting(model: IntegrationModel, deletes: Uint8Array): Steps {
  const reader = new Reader(deletes)
  const deleteSet = new DeleteSetReader(reader)
  while (!deleteSet.read((client, from, to) => model.delete(client, from, to), reader.at + deletesAtOnce))
    yield
}
