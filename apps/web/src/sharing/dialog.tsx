import '../style/sharingdialog.css'
import { Globe, Lock } from 'lucide-react'
import { useRef, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { momentOf } from '../words/figures.ts'
import { words } from '../words.ts'
import { generals, sharing } from './calls.ts'
import type { General, Givable } from './calls.ts'
import { Links } from './links.tsx'
import { Passing } from './passing.tsx'
import { RoleChoice } from './rolechoice.tsx'
import { useSharing } from './sharing.ts'
import type { Owned, Sharing } from './sharing.ts'
import { Wrong } from '../ui/wrong.tsx'

/** Who may come to this document and what they may do, and its address to copy, which comes first. */
const ShareDialog = ({
  room,
  title,
  onClose,
}: {
  readonly room: string
  readonly title: string
  readonly onClose: () => void
}) => {
  const state = useSharing(room)
  const first = useRef<HTMLButtonElement>(null)
  const { opening, owned, house, failed } = state
  return (
    <Dialog title={words['share.title']} look="narrow" first={first} onClose={onClose}>
      <Passing
        room={room}
        title={title || words['title.empty']}
        frames={house?.frames ?? null}
        first={first}
      />
      {opening === null ? (
        house === null || house.access === 'documents' ? null : (
          <p className="soft">{words[house.access === 'jwt' ? 'share.byApplication' : 'share.byServer']}</p>
        )
      ) : owned === null ? (
        <p className="soft">
          {words['share.ownedBy'](opening.owner)} {words[`share.${opening.general}.long`]}
        </p>
      ) : (
        <Owner room={room} state={state} owned={owned} />
      )}
      <Wrong>{failed}</Wrong>
    </Dialog>
  )
}
export default ShareDialog

/** What the owner sees and changes. */
const Owner = ({
  room,
  state,
  owned,
}: {
  readonly room: string
  readonly state: Sharing
  readonly owned: Owned
}) => {
  const { opening, change } = state
  if (opening === null) return null
  const { general, copying } = opening
  return (
    <>
      <Requests room={room} state={state} owned={owned} />
      <section className="sharing">
        <h3>{words['share.general']}</h3>
        <div className="sharing-row">
          {general === 'none' ? <Lock aria-hidden="true" /> : <Globe aria-hidden="true" />}
          <select
            className="grow"
            aria-label={words['share.general']}
            value={general}
            onChange={({ target }) => {
              const wanted = generals.find((each) => each === target.value)
              if (wanted !== undefined) void change(() => sharing.open(room, { general: wanted }))
            }}
          >
            {generals.map((each: General) => (
              <option key={each} value={each}>
                {words[`share.${each}`]}
              </option>
            ))}
          </select>
        </div>
        {general === 'edit' ? <p className="soft">{words['share.warnEdit']}</p> : null}
        <label className="sharing-row">
          <input
            type="checkbox"
            checked={copying}
            onChange={({ target }) => void change(() => sharing.open(room, { copying: target.checked }))}
          />
          <span>{words['share.copying']}</span>
        </label>
      </section>
      <People room={room} state={state} owned={owned} />
      <Links room={room} state={state} links={owned.links} />
      {owned.visits.length === 0 ? null : (
        <details className="sharing">
          <summary>{words['share.visits'](owned.visits.length)}</summary>
          <ul className="sharing-list" role="list">
            {owned.visits.map(({ who, name, time }) => (
              <li key={who} className="sharing-row">
                <span className="grow" dir="auto">
                  {name}
                </span>
                <time className="soft" dateTime={new Date(time).toISOString()}>
                  {momentOf(time)}
                </time>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

const Requests = ({
  room,
  state: { change },
  owned: { asking },
}: {
  readonly room: string
  readonly state: Sharing
  readonly owned: Owned
}) => {
  if (asking.length === 0) return null
  return (
    <section className="sharing asked" aria-label={words['share.requests']}>
      <h3>{words['share.requests']}</h3>
      <ul className="sharing-list" role="list">
        {asking.map(({ who, name, role, message }) => (
          <li key={who} className="sharing-request">
            <p>
              <bdi>{name}</bdi> · {words[`role.${role}`]}
            </p>
            {message === '' ? null : (
              <p className="soft" dir="auto">
                {message}
              </p>
            )}
            <div className="sharing-row">
              <button
                type="button"
                className="button primary"
                aria-label={words['share.allowWho'](name)}
                onClick={() => void change(() => sharing.allow(room, who, role))}
              >
                {words['share.allow']}
              </button>
              <button
                type="button"
                className="button"
                aria-label={words['share.denyWho'](name)}
                onClick={() => void change(() => sharing.deny(room, who))}
              >
                {words['share.deny']}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

const People = ({
  room,
  state: { change },
  owned: { grants },
}: {
  readonly room: string
  readonly state: Sharing
  readonly owned: Owned
}) => {
  const [role, setRole] = useState<Givable>('edit')
  const [heir, setHeir] = useState<string | null>(null)
  const address = useRef<HTMLInputElement>(null)
  const add = async (): Promise<void> => {
    const email = address.current?.value.trim() ?? ''
    if (email === '') return
    if ((await change(() => sharing.grant(room, { email }, role))) && address.current !== null)
      address.current.value = ''
  }
  return (
    <section className="sharing">
      <h3>{words['share.people']}</h3>
      <form
        className="sharing-row"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <input
          ref={address}
          className="name grow"
          type="email"
          required
          aria-label={words['share.email']}
          placeholder={words['share.email']}
          maxLength={254}
        />
        <RoleChoice label={words['share.role']} value={role} onChange={setRole} />
        <button type="submit" className="button">
          {words['share.add']}
        </button>
      </form>
      {grants.length === 0 ? null : (
        <ul className="sharing-list" role="list">
          {grants.map(({ who, name, pending, link, role: has }) => (
            <li key={who} className="sharing-row">
              <span className="grow">
                <bdi>{name}</bdi>
                {pending || link ? (
                  <span className="soft"> · {words[pending ? 'share.pending' : 'share.byLink']}</span>
                ) : null}
              </span>
              {heir === who ? (
                <>
                  <button
                    type="button"
                    className="button danger"
                    onClick={() => {
                      setHeir(null)
                      void change(() => sharing.hand(room, who))
                    }}
                  >
                    {words['share.handSure'](name)}
                  </button>
                  <button type="button" className="button bare" onClick={() => setHeir(null)}>
                    {words['action.cancel']}
                  </button>
                </>
              ) : (
                <RoleChoice
                  label={words['share.roleOf'](name)}
                  value={has}
                  onChange={(wanted) =>
                    void change(() =>
                      sharing.grant(
                        room,
                        who.startsWith('mailto:') ? { email: who.slice(7) } : { identity: who },
                        wanted,
                      ),
                    )
                  }
                  onRemove={() => void change(() => sharing.ungrant(room, who))}
                  {...(pending ? {} : { onOwner: () => setHeir(who) })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
