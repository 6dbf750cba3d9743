import { ArrowLeft } from 'lucide-react'
import { Link } from 'wouter'
import { words } from './words.ts'

/** Five grey lines where the text will be. They show after 150 ms, so that a quick answer never flashes them. */
export const Skeleton = () => (
  <div className="sheet">
    <div className="skeleton" aria-busy="true" role="status">
      <span className="unseen">{words['body.loading']}</span>
      {['w95', 'w88', 'w92', 'w60', 'w80'].map((width) => (
        <span key={width} className={`line ${width}`} aria-hidden="true" />
      ))}
    </div>
  </div>
)

/** The frame of a document before anything of it is known. */
export const Loading = () => (
  <div className="document">
    <header className="chrome">
      <div className="header">
        <Link href="/" className="icon-button" aria-label={words['action.home']}>
          <ArrowLeft aria-hidden="true" />
        </Link>
      </div>
      <div className="toolbar" />
    </header>
    <main className="stage">
      <Skeleton />
    </main>
  </div>
)
