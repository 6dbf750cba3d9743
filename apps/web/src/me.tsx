import { createContext, useCallback, useContext, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { api } from './api.ts'
import type { Me } from './api.ts'

/** Who uses this browser: known, not yet known, or not to be had from the server. */
interface Known {
  readonly me: Me | null
  readonly failed: boolean
  readonly ask: () => void
  readonly change: (change: { name?: string; color?: number }) => Promise<void>
}

const Context = createContext<Known>({ me: null, failed: false, ask: () => {}, change: async () => {} })

/** Who uses this browser, and the way to change it. */
export const useMe = (): Known => useContext(Context)

/** Asks the server once who this is; everything that needs to know waits for the same answer. */
export const MeProvider = ({ children }: { readonly children: ReactNode }) => {
  const [me, setMe] = useState<Me | null>(null)
  const [failed, setFailed] = useState(false)
  const ask = useCallback(() => {
    api.me().then(
      (known) => {
        setMe(known)
        setFailed(false)
      },
      () => setFailed(true),
    )
  }, [])
  useEffect(ask, [ask])
  const change = useCallback(async (wish: { name?: string; color?: number }) => {
    setMe(await api.changeMe(wish))
  }, [])
  return <Context value={{ me, failed, ask, change }}>{children}</Context>
}
