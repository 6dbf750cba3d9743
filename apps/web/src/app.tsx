import { Direction } from 'radix-ui'
import { lazy, Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { Boundary } from './boundary.tsx'
import { Loading } from './loading.tsx'
import { MeProvider } from './me.tsx'
import { NotFound } from './notice.tsx'
import { Announcer } from './announce.tsx'
import { roomOf } from './room.ts'
import { Toasts } from './toast.tsx'
import { patiently } from './patiently.ts'
import { direction } from './words/language.ts'

const loadHome = patiently(() => import('./home/home.tsx'))
const Home = lazy(loadHome)
const SignIn = lazy(patiently(() => import('./account/signin.tsx')))
const AccountPage = lazy(patiently(() => import('./account/account.tsx')))
const loadPage = patiently(() => import('./page.tsx'))
const Page = lazy(loadPage)
/** Begins before it is needed. When it is needed and still cannot be had, that is said there. */
const preload = (): void => void loadPage().catch(() => {})
// before React has rendered anything
if (location.pathname.startsWith('/d/')) preload()
else if (location.pathname === '/') void loadHome().catch(() => {})

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
    <Direction.Provider dir={direction}>
      <Announcer>
        <Toasts>
          <MeProvider>
            <Switch>
              <Route path="/">
                <Suspense fallback={<Loading />}>
                  <Home preload={preload} />
                </Suspense>
              </Route>
              <Route path="/sign-in">
                <Suspense fallback={<Loading />}>
                  <SignIn />
                </Suspense>
              </Route>
              <Route path="/account">
                <Suspense fallback={<Loading />}>
                  <AccountPage />
                </Suspense>
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
    </Direction.Provider>
  </Boundary>
)
