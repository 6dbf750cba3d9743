import { KeyRound, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { dayOf } from '../words/figures.ts'
import { words } from '../words.ts'
import { addressOf } from './address.ts'
import { sharing } from './calls.ts'
import type { Givable, RoleLink } from './calls.ts'
import { CopyButton } from './copybutton.tsx'
import { RoleChoice } from './rolechoice.tsx'
import type { Sharing } from './sharing.ts'

const day = 86_400_000
/** For how many days a link may hold; null is for ever. What edits ends by itself unless somebody says otherwise. */
const spans = [null, 1, 7, 30] as const
const usual = (role: Givable): number | null => (role === 'edit' ? 30 : null)

/** The links that give a role, and the making of one. */
export const Links = ({
  room,
  state: { change },
  links,
}: {
  readonly room: string
  readonly state: Sharing
  readonly links: readonly RoleLink[]
}) => {
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const [sure, setSure] = useState<string | null>(null)
  return (
    <section className="sharing">
      <h3>{words['share.links']}</h3>
      {links.length === 0 ? null : (
        <ul className="sharing-list" role="list">
          {links.map((link) => (
            <li key={link.id} className="sharing-row">
              <span className="grow">
                <bdi>{link.label || words['share.link']}</bdi>
                <span className="soft"> · {factsOf(link).join(' · ')}</span>
              </span>
              {link.password ? <KeyRound aria-label={words['share.hasPassword']} /> : null}
              <button
                type="button"
                className={sure === link.id ? 'button danger' : 'button bare'}
                aria-label={words['share.revokeWhich'](link.label || words['share.link'])}
                onBlur={() => setSure(null)}
                onClick={() => {
                  if (sure !== link.id) return setSure(link.id)
                  setSure(null)
                  void change(() => sharing.revoke(room, link.id))
                }}
              >
                {sure === link.id ? words['share.revokeSure'](link.uses) : words['share.revoke']}
              </button>
            </li>
          ))}
        </ul>
      )}
      {made === null ? null : (
        <div className="sharing-made" role="status">
          <p>{words['share.once']}</p>
          <input
            className="name"
            readOnly
            value={made}
            aria-label={words['share.newAddress']}
            onFocus={({ target }) => target.select()}
          />
          <CopyButton text={made} label={words['share.copyNew']} />
        </div>
      )}
      {making ? (
        <NewLink
          onCancel={() => setMaking(false)}
          onMake={async (wish) => {
            const done = await change(async () => {
              const { token } = await sharing.addLink(room, wish)
              setMade(addressOf(room, token))
            })
            if (done) setMaking(false)
          }}
        />
      ) : (
        <button type="button" className="button start" onClick={() => setMaking(true)}>
          <Plus aria-hidden="true" />
          {words['share.newLink']}
        </button>
      )}
    </section>
  )
}

const factsOf = ({ role, expires, most, uses }: RoleLink): string[] => [
  words[`role.${role}`],
  ...(expires === null ? [] : [words['share.until'](dayOf(expires))]),
  words['share.uses'](uses, most),
]

const NewLink = ({
  onMake,
  onCancel,
}: {
  readonly onMake: (wish: Parameters<typeof sharing.addLink>[1]) => Promise<void>
  readonly onCancel: () => void
}) => {
  const [role, setRole] = useState<Givable>('view')
  const [days, setDays] = useState<number | null>(usual('view'))
  const label = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const most = useRef<HTMLInputElement>(null)
  return (
    <form
      className="sharing-new"
      onSubmit={(event) => {
        event.preventDefault()
        const limit = Number(most.current?.value ?? '')
        void onMake({
          role,
          label: label.current?.value.trim() ?? '',
          expires: days === null ? null : Date.now() + days * day,
          most: limit > 0 ? limit : null,
          password: password.current?.value || null,
        })
      }}
    >
      <label className="field">
        <span>{words['share.role']}</span>
        <RoleChoice
          label={words['share.role']}
          value={role}
          onChange={(wanted) => {
            setRole(wanted)
            setDays(usual(wanted))
          }}
        />
      </label>
      <label className="field">
        <span>{words['share.expires']}</span>
        <select
          value={days ?? ''}
          onChange={({ target }) => setDays(target.value === '' ? null : Number(target.value))}
        >
          {spans.map((span) => (
            <option key={span} value={span ?? ''}>
              {span === null ? words['share.never'] : words['share.days'](span)}
            </option>
          ))}
        </select>
      </label>
      <label className="field wide">
        <span>{words['share.label']}</span>
        <input ref={label} maxLength={64} autoFocus />
      </label>
      <label className="field">
        <span>{words['share.password']}</span>
        <input ref={password} type="password" minLength={4} maxLength={256} autoComplete="new-password" />
      </label>
      <label className="field">
        <span>{words['share.most']}</span>
        <input ref={most} type="number" min={1} max={1_000_000} inputMode="numeric" />
      </label>
      <div className="sharing-row wide">
        <button type="submit" className="button primary">
          {words['share.make']}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {words['action.cancel']}
        </button>
      </div>
    </form>
  )
}
