import { Component } from 'react'
import type { ReactNode } from 'react'
import { Notice } from './notice.tsx'
import { words } from './words.ts'

/** Catches what was not foreseen and says so in a sentence instead of showing nothing. */
export class Boundary extends Component<{ readonly children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <Notice title={words['error.title']} sentence={words['error.unknown']}>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {words['action.reload']}
        </button>
      </Notice>
    )
  }
}
