import type { Clock } from '@quire/sync/clock'

/** The time of this machine, unmoved by changes of its wall clock. */
export const time: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref() // a wait is no reason for the process to stay
    return () => clearTimeout(timer)
  },
  soon: (call) => {
    due.push(call)
    end()
  },
}

/** Calls back once, when all that is due at the end of this turn has been done. */
export const last = (call: () => void): void => {
  final.push(call)
  end()
}

/** Does nothing for so many ms, and hears nothing: not for long. */
export const sleep = (ms: number): void => void Atomics.wait(cell, 0, 0, ms)

const cell = new Int32Array(new SharedArrayBuffer(4))
let due: (() => void)[] = []
let final: (() => void)[] = []
let ending = false

// one for all rooms: Node makes an object of each immediate, and looks for promises after each
const end = (): void => {
  if (ending) return
  ending = true
  setImmediate(() => {
    ending = false
    const calls = [...due, ...final]
    due = []
    final = []
    for (const call of calls) call()
  })
}
