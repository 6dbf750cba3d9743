/** Wall-clock time and waiting, lent so that tests need not wait. */
export interface Time {
  /** Milliseconds since 1970. May jump. */
  now(): number
  /** Calls back once, `ms` from now. The returned function calls it off. */
  after(ms: number, call: () => void): () => void
}

/** The machine's time. */
export const realTime: Time = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves with true when the work ended in time, well or not; else with false. */
export const within = async (time: Time, ms: number, work: Promise<unknown>): Promise<boolean> => {
  const late = Promise.withResolvers<boolean>()
  const cancel = time.after(ms, () => late.resolve(false))
  const ended = work.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([ended, late.promise])
  cancel()
  return inTime
}
