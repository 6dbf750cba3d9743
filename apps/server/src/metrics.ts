import { setAsideReasons } from '@quire/storage/set-aside'
import type { SetAsideReason } from '@quire/storage/set-aside'
import { notices, objections, refusals } from '@quire/sync/error'
import type { Notice, Objection, Refusal } from '@quire/sync/error'
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { QuotaReason } from './limits/quotas.ts'
import type { MetricObjectWithValues, MetricValue } from 'prom-client'

/** Why a request was turned away by HTTP status before it was anything more. */
const turnings = [
  'bad-name', // 400
  'foreign', // 403: another site or an unknown host name
  'knocked-again', // 403
  'unknown-path', // 404
  'handshakes', // 429, as the eight that follow
  'address',
  'person',
  'room',
  'misses',
  'rooms',
  'signIns',
  'requests',
  'searches',
  'unreadable', // 503, as the four that follow
  'backlog',
  'overload',
  'memory', // a large document, and the open ones take all that they may
  'draining',
] as const
export type Turning = (typeof turnings)[number]

/** Why a file was not taken. */
const barriers = [
  'too-large',
  'files-full',
  'quota-full',
  'guests-full',
  'no-room',
  'too-many',
  'stalled',
  'gone',
] as const
export type Barrier = (typeof barriers)[number]

/** Why a document was not made. */
const quotaReasons = ['quota-full', 'guests-full', 'no-room'] as const satisfies QuotaReason[]

/** Why a connection was not read from for a while. */
const pauses = ['rate', 'backlog', 'work'] as const
export type Pause = (typeof pauses)[number]

/** What kinds of message are told apart. */
const kinds = ['sync', 'presence', 'other'] as const
export type Kind = (typeof kinds)[number]

/** What is measured at the moment in which somebody asks. */
export interface Measures {
  readonly sockets: number
  readonly rooms: number
  /** Questions about documents that wait for a thread. */
  readonly questions: number
  readonly unsavedUpdates: number
  readonly unsavedBytes: number
  /** How long the oldest of them has been waiting. */
  readonly unsavedSeconds: number
  /** 99th percentile of the event loop's delay over the last second, in seconds. */
  readonly delay: number
  readonly heap: number
  readonly heapLimit: number
  readonly memory: number
}

/** Everything that one process has counted and measured. */
export type Counted = readonly MetricObjectWithValues<MetricValue<string>>[]

/**
 * What a server counts of itself, as Prometheus reads it. Every label comes from a list in the program, so no
 * client can make a new series, and no name of a room, person or address ever is one.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #refused = this.#counter(
    'quire_refusals_total',
    'Connections closed by the server',
    'refusal',
    Object.keys(refusals),
  )
  readonly #objected = this.#counter(
    'quire_objections_total',
    'Writes that were not taken',
    'objection',
    objections,
  )
  readonly #noticed = this.#counter(
    'quire_notices_total',
    'Things passed over, put off or healed',
    'notice',
    notices,
  )
  readonly #turned = this.#counter(
    'quire_turned_away_total',
    'Requests turned away by HTTP status',
    'reason',
    turnings,
  )
  readonly #paused = this.#counter(
    'quire_pauses_total',
    'Times that a connection was not read from',
    'reason',
    pauses,
  )
  readonly #uploads = this.#plain('quire_files_total', 'Files that were brought to documents')
  readonly #uploaded = this.#plain('quire_file_bytes_total', 'Their bytes')
  readonly #barred = this.#counter(
    'quire_files_refused_total',
    'Files that were not taken',
    'reason',
    barriers,
  )
  readonly #documentsRefused = this.#counter(
    'quire_documents_refused_total',
    'Documents and copies not made for want of room',
    'reason',
    quotaReasons,
  )
  readonly #droppedDeliveries = this.#plain(
    'quire_hook_deliveries_dropped_total',
    'Webhook deliveries not queued because too many wait for the same owner',
  )
  readonly #received = this.#counter('quire_messages_total', 'Messages received', 'kind', kinds)
  /** Those that the counter has not been told of: it takes as long as reading a message. */
  readonly #messages: Record<Kind, number> = { sync: 0, presence: 0, other: 0 }
  readonly #broken = this.#plain(
    'quire_broken_frames_total',
    'Connections ended by a frame that is no WebSocket frame',
  )
  readonly #faults = this.#plain('quire_room_faults_total', 'Faults that a room lives with')
  readonly #damaged = this.#plain(
    'quire_damaged_rooms_total',
    'Rooms opened from their last good part, or not at all',
  )
  readonly #setAside = this.#counter(
    'quire_documents_set_aside_total',
    'Documents that took too much to work out and are left alone for a while',
    'reason',
    setAsideReasons,
  )
  readonly #failed = this.#plain('quire_commit_failures_total', 'Times that the disk did not take a batch')
  readonly #quarantined = this.#plain(
    'quire_updates_quarantined_total',
    'Updates that no table takes, kept apart so that others are stored',
  )
  readonly #ended = this.#plain('quire_worker_ends_total', 'Workers that ended and were started again')
  readonly #dropped = this.#plain(
    'quire_log_lines_dropped_total',
    'Lines of the log that nobody read in time',
  )
  readonly #deferred = this.#plain(
    'quire_output_deferred_total',
    'Parts of documents that waited because the connections held too many unsent bytes',
  )
  readonly #committed = new Histogram({
    name: 'quire_commit_seconds',
    help: 'From taking an update to its being on disk',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10, 60],
    registers: [this.#registry],
  })
  readonly #free = new Gauge({
    name: 'quire_free_bytes',
    help: 'Free bytes on the disk of the data folder',
    aggregator: 'max',
    registers: [this.#registry],
  })
  readonly #stored = new Gauge({
    name: 'quire_stored_bytes',
    help: 'Bytes of text, history and files, as quotas count them',
    aggregator: 'max',
    registers: [this.#registry],
  })
  readonly #gauges: readonly [Gauge, keyof Measures][] = (
    [
      ['quire_sockets', 'Connections', 'sockets', 'sum'],
      ['quire_rooms_open', 'Rooms in memory', 'rooms', 'sum'],
      ['quire_document_jobs_waiting', 'Documents that wait to be read or compacted', 'questions', 'sum'],
      ['quire_unsaved_updates', 'Updates taken and not on disk yet', 'unsavedUpdates', 'sum'],
      ['quire_unsaved_bytes', 'Their bytes', 'unsavedBytes', 'sum'],
      ['quire_unsaved_seconds', 'How long the oldest of them has been waiting', 'unsavedSeconds', 'max'],
      ['quire_event_loop_delay_seconds', '99th percentile over the last second', 'delay', 'max'],
      ['quire_heap_bytes', 'JavaScript heap in use', 'heap', 'sum'],
      ['quire_heap_limit_bytes', 'The most that it may be', 'heapLimit', 'sum'],
      ['quire_memory_bytes', 'Resident memory of the process', 'memory', 'sum'],
    ] as const
  ).map(([name, help, measure, aggregator]) => [
    new Gauge({ name, help, aggregator, registers: [this.#registry] }),
    measure,
  ])

  deferred(): void {
    this.#deferred.inc()
  }

  refused(refusal: Refusal): void {
    this.#refused.inc({ refusal })
  }

  objected(objection: Objection): void {
    this.#objected.inc({ objection })
  }

  noticed(notice: Notice): void {
    this.#noticed.inc({ notice })
  }

  turned(reason: Turning): void {
    this.#turned.inc({ reason })
  }

  paused(reason: Pause): void {
    this.#paused.inc({ reason })
  }

  fileCame(bytes: number): void {
    this.#uploads.inc()
    this.#uploaded.inc(bytes)
  }

  fileBarred(reason: Barrier): void {
    this.#barred.inc({ reason })
  }

  /** What the disk has free, and what is stored on it, in bytes. */
  disk(free: number, stored: number): void {
    this.#free.set(free)
    this.#stored.set(stored)
  }

  documentRefused(reason: QuotaReason): void {
    this.#documentsRefused.inc({ reason })
  }

  deliveriesDropped(count: number): void {
    this.#droppedDeliveries.inc(count)
  }

  received(kind: Kind): void {
    this.#messages[kind]++
  }

  brokenFrame(): void {
    this.#broken.inc()
  }

  roomFault(): void {
    this.#faults.inc()
  }

  damaged(): void {
    this.#damaged.inc()
  }

  setAside(reason: SetAsideReason): void {
    this.#setAside.inc({ reason })
  }

  quarantined(): void {
    this.#quarantined.inc()
  }

  commitFailed(): void {
    this.#failed.inc()
  }

  workerEnded(): void {
    this.#ended.inc()
  }

  lineDropped(): void {
    this.#dropped.inc()
  }

  committed(seconds: number): void {
    this.#committed.observe(seconds)
  }

  /** Everything, in the text format of Prometheus: of this process, and of all that `others` have counted. */
  async text(measures: Measures, others: readonly Counted[] = []): Promise<string> {
    const own = await this.counted(measures)
    if (others.length === 0) return this.#registry.metrics()
    return AggregatorRegistry.aggregate([own, ...others]).metrics()
  }

  /** Everything, to be summed up with that of other processes. */
  counted(measures: Measures): Promise<Counted> {
    for (const [gauge, measure] of this.#gauges) gauge.set(measures[measure])
    for (const kind of kinds) {
      this.#received.inc({ kind }, this.#messages[kind])
      this.#messages[kind] = 0
    }
    return this.#registry.getMetricsAsJSON()
  }

  /** The type of that text. */
  get type(): string {
    return this.#registry.contentType
  }

  #counter<L extends string>(name: string, help: string, label: L, values: readonly string[]): Counter<L> {
    const counter = new Counter({ name, help, labelNames: [label], registers: [this.#registry] })
    // a series that begins at its first event hides that event from whoever asks for the increase
    for (const value of values) counter.inc({ [label]: value } as Record<L, string>, 0)
    return counter
  }

  #plain(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#registry] })
  }
}
