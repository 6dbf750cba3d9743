/** Answers as they look, for the description of the API. A test compares them with what is answered. */
const [id, person] = ['kfoT3xv6Tc2WKz1sGk8Y0A', '@Rr7bq0u5SkS5m2yJ3c9pWw']
const [created, edited] = [1_767_225_600_000, 1_767_229_200_000]
const name = { who: person, name: 'Ada', color: 4, email: 'ada@example.org', pending: false }

export const document = { id, title: 'Plan', created, edited, role: 'own', epoch: 'b7f2' }
const row = { id, title: 'Plan', created, edited, deleted: null, role: 'own' }
const shelf = { starred: false, folder: '', opened: edited, template: false }
export const documents = { documents: [{ ...row, owner: { id: person, name: 'Ada' }, ...shelf }] }
export const results = {
  results: [
    {
      id,
      title: [{ text: 'Plan', found: true }],
      snippet: [{ text: 'the whole plan', found: false }],
      created,
      edited,
      role: 'edit',
    },
  ],
}
export const templates = {
  templates: [
    { id, title: 'Offer', role: 'own', starter: false },
    { id: 'meeting-notes', title: 'Meeting notes', description: 'Who was there.', starter: true },
  ],
}
export const access = { general: 'edit', copying: true, role: 'own', owner: { id: person, name: 'Ada' } }
export const grant = { ...name, role: 'edit' }
export const grants = { grants: [{ ...name, role: 'edit', link: '', time: created }] }
const link = { id, label: '', role: 'view', made: created, expires: null, most: null, password: false }
const use = { uses: 0, used: null }
export const links = { links: [{ ...link, ...use }] }
export const newLink = { ...link, ...use, token: 'xE0bq0u5SkS5m2yJ3c9pWw' }
export const requests = { requests: [{ ...name, role: 'view', message: 'Let me in', time: created }] }
export const visits = { visits: [{ ...name, time: edited }] }
const deed = { time: created, who: person, deed: 'link.made', document: id, address: '192.0.2.1' }
export const deeds = { deeds: [{ ...deed, detail: 'view' }] }
export const me = { id: person, name: 'Ada', color: 4 }
export const account = { ...me, email: 'ada@example.org', verified: true }
export const session = {
  access: 'documents',
  signIn: 'optional',
  passwords: true,
  registration: true,
  mail: true,
  provider: null,
  creates: true,
  frames: ['https://app.example.org'],
  expires: null,
  account,
}
export const sessions = {
  sessions: [{ id: 'hash', made: created, seen: edited, agent: 'Firefox', current: true }],
}
export const key = { id, label: 'CI', scope: 'read', key: 'quire_…' }
export const keys = { keys: [{ id, label: 'CI', scope: 'read', made: created, used: null }] }
const events = ['document.created', 'document.changed', 'document.shared', 'document.deleted']
const hook = { id, url: 'https://app.example.org/hook', events, made: created }
export const hooks = { hooks: [hook] }
export const newHook = { ...hook, secret: 'made once' }
export const deliveries = {
  deliveries: [{ id: 1, event: 'document.created', made: created, tries: 1, due: null, status: '200' }],
}
const file = { id, name: 'sketch.png', mime: 'image/png', size: 4096, width: 640, height: 480 }
export const newFile = file
export const address = { address: '/api/files/WyJ0ZWFt…', until: edited }
export const files = { files: [file], used: 4096, most: 1_073_741_824, largest: 52_428_800 }
