import { Direction } from 'radix-ui'
import { Route, Switch, useLocation } from 'wouter'
import { Boundary } from './boundary.tsx'
import { Loading } from './loading.tsx'
import { MeProvider } from './me.tsx'
import { NotFound } from './notice.tsx'
import { Announcer } from './announce.tsx'
import { roomOf } from './room.ts'
import { Toasts } from './toast.tsx'
import { part } from './part.tsx'
import { direction } from './words/language.ts'

const loadHome = () => import('./home/home.tsx')
const loadPage = () => import('./page.tsx')
const waiting = <Loading />
const Home = part(loadHome, waiting)
const SignIn = part(() => import('./account/signin.tsx'), waiting)
const AccountPage = part(() => import('./account/account.tsx'), waiting)
const Page = part(loadPage, waiting)
/** Begins before it is needed. When it is needed and still cannot be had, that is said there. */
const preload = (): void => void loadPage().catch(() => {})
// before React has rendered anything
if (location.pathname.startsWith('/d/')) preload()
else if (location.pathname === '/') void loadHome().catch(() => {})

const Opened = () => {
  useLocation() // renders again when the address changes
  const room = roomOf(location.pathname)
  return room === null ? <NotFound /> : <Page key={room} room={room} />
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
                <Home preload={preload} />
              </Route>
              <Route path="/sign-in">
                <SignIn />
              </Route>
              <Route path="/account">
                <AccountPage />
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
