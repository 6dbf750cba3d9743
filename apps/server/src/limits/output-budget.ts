/**
 * What all connections of the process may hold unsent before more of a document is given to anyone who is at a place
 * where something is held already. Four times what 128 readers have in flight.
 */
const defaultMaxBytes = 64 * 1024 * 1024

/**
 * The sum of what the connections of a process hold unsent. Above the bound whoever asks for more of a document waits:
 * the networks take turns, and one that holds nothing never waits, so readers of one network that do not read delay
 * only one another. A connection that does not read is ended by itself after 30 s (`Outflow`).
 */
export class OutputBudget {
  readonly #maxBytes: number
  readonly #deferred: () => void
  readonly #networks = new Map<string, Network>()
  /** Those where somebody waits, in the order of their turns. */
  readonly #waiting = new Set<Network>()
  #bytes = 0
  #serving = false

  /** `deferred` is called each time somebody has to wait. */
  constructor(deferred: () => void, maxBytes = defaultMaxBytes) {
    this.#deferred = deferred
    this.#maxBytes = maxBytes
  }

  /** What all connections hold, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** The share of a connection of this network. To be closed. */
  open(network: string): OutputShare {
    let its = this.#networks.get(network)
    if (its === undefined) {
      its = { name: network, bytes: 0, shares: 0, waiting: new Map() }
      this.#networks.set(network, its)
    }
    its.shares++
    return new OutputShare(this, its)
  }

  /** Of a share: it holds so many bytes more. */
  add(network: Network, bytes: number): void {
    network.bytes += bytes
    this.#bytes += bytes
    if (bytes < 0 && this.#waiting.size > 0) this.#serve(network)
  }

  /** Of a share: see `OutputShare.mayTake`. */
  mayTake(share: OutputShare, network: Network, call: () => void): boolean {
    network.waiting.delete(share)
    if (this.#bytes < this.#maxBytes || network.bytes === 0) return true
    network.waiting.set(share, call)
    this.#waiting.add(network)
    this.#deferred()
    return false
  }

  /** Of a share: its connection has ended. */
  leave(share: OutputShare, network: Network): void {
    network.waiting.delete(share)
    if (network.waiting.size === 0) this.#waiting.delete(network)
    if (--network.shares === 0) this.#networks.delete(network.name)
  }

  /** One that holds nothing any more goes on in any case. */
  #serve(emptied: Network): void {
    if (this.#serving) return
    this.#serving = true
    if (emptied.bytes === 0) this.#serveOne(emptied)
    for (const network of this.#waiting) {
      if (this.#bytes >= this.#maxBytes) break
      this.#serveOne(network)
    }
    this.#serving = false
  }

  #serveOne(network: Network): void {
    this.#waiting.delete(network)
    const [first] = network.waiting
    if (first === undefined) return
    const [share, call] = first
    network.waiting.delete(share)
    if (network.waiting.size > 0) this.#waiting.add(network) // behind the others
    call()
  }
}

interface Network {
  readonly name: string
  bytes: number
  shares: number
  readonly waiting: Map<OutputShare, () => void>
}

/** One connection's part of that. */
export class OutputShare {
  readonly #budget: OutputBudget
  readonly #network: Network
  #bytes = 0

  constructor(budget: OutputBudget, network: Network) {
    this.#budget = budget
    this.#network = network
  }

  /** It holds so many bytes now. */
  holds(bytes: number): void {
    if (bytes === this.#bytes) return
    const more = bytes - this.#bytes
    this.#bytes = bytes
    this.#budget.add(this.#network, more)
  }

  /** True when it may take more of a document now; else `call` is made once, when it is its turn. */
  mayTake(call: () => void): boolean {
    return this.#budget.mayTake(this, this.#network, call)
  }

  /** The connection has ended. */
  close(): void {
    this.holds(0)
    this.#budget.leave(this, this.#network)
  }
}
