import '../style/templates.css'
import { LayoutTemplate } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import type { Template } from '../api.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words.ts'
import { Wrong } from '../ui/wrong.tsx'

/** What a new document can begin with: people's own templates, then those that every server has. */
const Templates = ({
  onChoose,
  onClose,
}: {
  readonly onChoose: (id: string) => void
  readonly onClose: () => void
}) => {
  const [known, setKnown] = useState<readonly Template[] | 'failed' | null>(null)
  useEffect(() => {
    api.templates().then(setKnown, () => setKnown('failed'))
  }, [])
  return (
    <Dialog title={words['home.templates']} look="narrow" onClose={onClose}>
      {known === 'failed' ? (
        <Wrong>{words['home.templatesFailed']}</Wrong>
      ) : known === null ? (
        <p aria-busy="true" />
      ) : known.length === 0 ? (
        <p className="soft">{words['home.templatesNone']}</p>
      ) : (
        <ul className="templates" role="list">
          {known.map(({ id, title, description }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => {
                  onClose()
                  onChoose(id)
                }}
              >
                <LayoutTemplate aria-hidden="true" />
                <span className="grow">
                  <span dir="auto">{title || words['title.empty']}</span>
                  {description === '' ? null : <span className="soft">{description}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}
export default Templates
