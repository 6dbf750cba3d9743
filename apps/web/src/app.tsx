import { lazy, Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { Boundary } from './boundary.tsx'
import { Home } from './home.tsx'
import { Loading } from './loading.tsx'
import { MeProvider } from './me.tsx'
import { NotFound } from './notice.tsx'
import { Announcer } from './announce.tsx'
import { roomOf } from './room.ts'
import { Toasts } from './toast.tsx'

const loadPage = () => import('./page.tsx')
const Page = lazy(loadPage)
/** Begins before it is needed. When it is needed and still cannot be had, that is said there. */
const preload = (): void => void loadPage().catch(() => {})
if (location.pathname.startsWith('/d/')) preload() // before React has rendered anything

const Opened = () => {
  useLocation() // renders again when the address changes
  const room = roomOf(location.pathname)
  return room === null ? (
    <NotFound />
  ) : (
    <Suspense fallback={<Loading />}>
      <Page key={room} room={room} />
    </Suspense>
  )
}

/** The whole page: which address shows what. */
export const App = () => (
  <Boundary>
    <Announcer>
      <Toasts>
        <MeProvider>
          <Switch>
            <Route path="/">
              <Home preload={preload} />
            </Route>
            <Route path="/d/*">
              <Opened />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </MeProvider>
      </Toasts>
    </Announcer>
  </Boundary>
)
