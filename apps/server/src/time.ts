import type { Clock } from '@quire/sync/clock'

/** The time of this machine, unmoved by changes of its wall clock. */
export const time: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms).unref() // a wait is no reason for the process to stay
    return () => clearTimeout(timer)
  },
  soon: (call) => {
    if (due.push(call) === 1) setImmediate(turn)
  },
}

// one for all rooms: Node makes an object of each immediate, and looks for promises after each
let due: (() => void)[] = []
const turn = (): void => {
  const calls = due
  due = []
  for (const call of calls) call()
}
