import { useEffect, useState } from 'react'
import type { ComponentType, ReactNode } from 'react'
import { patiently } from './patiently.ts'

/**
 * A part of the page that is loaded when it is first shown, with something else in its place until then. Not `lazy`:
 * what comes soon after its fallback was shown React holds back until 300 ms have passed, and these are what a person
 * waits for. What cannot be loaded is thrown where the part would be.
 */
export const part = <P extends object>(
  load: () => Promise<{ readonly default: ComponentType<P> }>,
  waiting: ReactNode,
): ComponentType<P> => {
  const ask = patiently(load)
  let loaded: ComponentType<P> | null = null
  return (props) => {
    const [Part, setPart] = useState(() => loaded)
    const [failed, setFailed] = useState<{ readonly error: unknown } | null>(null)
    // also when it has come since this was rendered
    useEffect(() => {
      ask().then(
        (module) => {
          loaded = module.default
          setPart(() => module.default)
        },
        (error: unknown) => setFailed({ error }),
      )
    }, [])
    if (failed !== null) throw failed.error
    return Part === null ? waiting : <Part {...props} />
  }
}
