import { goAhead } from './ahead.ts'
import './style/all.css'

// small, so that it runs before the rest has arrived
goAhead()
void import('./start.tsx')
