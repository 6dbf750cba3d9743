import { useMemo, useRef, useState } from 'react'
import { shown } from '../commands/command.ts'
import type { Command, Group } from '../commands/command.ts'
import { manners } from '../commands/manners.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words.ts'
import { plain } from './ranking.ts'

const groups: readonly Group[] = ['navigation', 'formatting', 'blocks', 'tables', 'view']

/** Every shortcut there is, by group, to be searched. */
const Shortcuts = ({
  commands,
  onClose,
  onClosed,
}: {
  readonly commands: readonly Command[]
  readonly onClose: () => void
  readonly onClosed: () => void
}) => {
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const all = useMemo(() => [...commands, ...manners].filter(({ keys }) => keys.length > 0), [commands])
  const wanted = plain(query)
  const found = all.filter(
    ({ label, keys }) =>
      plain(label).includes(wanted) || keys.some((key) => shown(key).toLowerCase().includes(wanted)),
  )
  return (
    <Dialog title={words['shortcuts.label']} first={field} onClose={onClose} onClosed={onClosed}>
      <label className="field">
        <span className="unseen">{words['shortcuts.search']}</span>
        <input
          ref={field}
          type="search"
          placeholder={words['shortcuts.search']}
          value={query}
          onChange={({ target: { value } }) => setQuery(value)}
        />
      </label>
      {/* it scrolls, so it can be reached by keyboard */}
      <div className="shortcuts" tabIndex={0} role="region" aria-label={words['shortcuts.label']}>
        {groups.map((group) => {
          const here = found.filter((one) => one.group === group)
          return here.length === 0 ? null : (
            <section key={group}>
              <h3>{words[`group.${group}`]}</h3>
              <dl>
                {here.map(({ name, label, keys }) => (
                  <div key={name}>
                    <dt>{label}</dt>
                    <dd>
                      {keys.map((key) => (
                        <kbd key={key}>{shown(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
        {found.length === 0 ? <p className="soft">{words['shortcuts.none']}</p> : null}
      </div>
    </Dialog>
  )
}
export default Shortcuts
