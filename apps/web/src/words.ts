import type { Refusal } from '@quire/sync/error'
import type { Loss } from './shelf.ts'

const count = (n: number, one: string, other: string): string => (n === 1 ? `1 ${one}` : `${n} ${other}`)

/** Everything the page says, in English. Keys are stable; a sentence that needs a number or a name is a function. */
export const words = {
  'app.name': 'Quire',

  'status.connecting': 'Connecting',
  'status.live': 'Live',
  'status.saving': 'Saving',
  'status.saved': 'Saved',
  'status.offline': 'Offline',
  'status.notSaved': 'Not saved yet',
  'status.reconnecting': (seconds: number) => (seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting'),
  'status.deleted': 'Deleted',
  'status.updateNeeded': 'Update needed',
  'status.refused': 'Some text was not accepted',
  'status.otherCopy': 'Older copy here',
  'status.noAccess': 'No access',

  'status.connecting.long': 'Connecting to the server.',
  'status.live.long': 'You are connected. This server does not tell when changes are stored.',
  'status.saving.long': 'Your changes are on their way to the server.',
  'status.saved.long': (time: string) => `Saved at ${time}. Everything you typed is stored on the server.`,
  'status.offline.long': 'Offline. This browser keeps no copy: do not close this page.',
  'status.offline.nothing': 'Offline. Everything you typed before is stored on the server.',
  'status.reconnecting.long': (seconds: number) =>
    seconds > 0 ? `Connection lost. Trying again in ${seconds} s.` : 'Connection lost. Trying again.',
  'status.notSaved.long':
    'Not saved yet: the server cannot store changes. It keeps trying. Keep this page open.',
  'status.readOnlyStore': 'The server is out of space. Reading works, writing is paused.',
  'status.pending': (n: number, time: string) =>
    `${count(n, 'change', 'changes')} not yet on the server, oldest from ${time}.`,
  'status.damaged': 'Last good copy',
  'status.damaged.long':
    'The end of this document cannot be read on the server. You see the last good copy. It cannot be edited until the operator has mended it.',
  'status.updateNeeded.long':
    'A newer page has written to this document. You can read it here. Reload to edit.',
  'status.tooMuch': (seconds: number) =>
    seconds > 0 ? `Too many changes at once. Trying again in ${seconds} s.` : 'Too many changes at once.',
  'status.lost': 'Connection lost. Trying again.',
  'status.back': 'Back online.',
  'status.tryNow': 'Try now',
  'status.label': (state: string) => `Status: ${state}`,

  'action.reload': 'Reload',
  'action.reloadToEdit': 'Reload to edit',
  'action.home': 'All documents',
  'action.tryAgain': 'Try again',
  'action.copyText': 'Copy my text',
  'action.copied': 'Copied',
  'action.undo': 'Undo',
  'action.close': 'Close',

  'page.tooOld': 'A newer version of this page is needed. Reload to edit.',
  'server.tooOld': 'This page is newer than the server. Reload once the server has been updated.',
  'error.unknown': 'Something went wrong. What was shown as saved is safe on the server.',
  'error.title': 'Something went wrong',
  'error.unreachable.title': 'The server cannot be reached',
  'error.unreachable': 'Check the connection, then try again. What was saved is safe on the server.',
  'error.rename': 'The name was not changed. Try again.',
  'error.delete': 'The document was not deleted. Try again.',
  'error.restore': 'The document was not restored. Try again.',
  'error.create': 'No document was made. Try again.',

  'notFound.title': 'Not found',
  notFound: 'Nothing here, or not shared with you.',

  'home.title': 'Documents',
  'home.new': 'New document',
  'home.empty': 'No documents yet. Start one and share its link.',
  'home.failed': 'Your documents could not be loaded.',
  'home.edited': (when: string) => `Edited ${when}`,
  'home.justNow': 'just now',
  'home.rename': 'Rename',
  'home.delete': 'Delete',
  'home.open': 'Open in a new tab',
  'home.more': (title: string) => `More for ${title}`,
  'home.deleted': (title: string) => `“${title}” was moved to the trash.`,
  'home.list': 'Your documents',
  'home.loading': 'Loading your documents',

  'title.empty': 'Untitled',
  'title.label': 'Title',
  'body.empty': 'Write something',
  'body.label': (title: string) => title || 'Document text',
  'body.loading': 'Loading the document',
  skip: 'Skip to the text',

  'share.copy': 'Copy link',
  'share.copied': 'Copied',
  'share.manual': 'Copy this address:',

  'people.label': (n: number) => count(n, 'person here', 'people here'),
  'people.here': 'People here',
  'people.unnamed': 'Guest',
  'people.idle': 'Idle',
  'people.away': 'Away',
  'people.typing': 'Typing',
  'people.unverified': 'Name not verified',
  'people.reads': 'View only',
  'people.goTo': (name: string) => `Go to ${name}`,
  'people.name': 'Your name',
  'people.color': 'Your color',
  'people.hue': (n: number) => hueNames[n] ?? `Color ${n + 1}`,
  'people.joined': (name: string) => `${name} joined`,
  'people.left': (name: string) => `${name} left`,

  'menu.label': 'Menu',
  'menu.theme': 'Theme',
  'menu.light': 'Light',
  'menu.dark': 'Dark',
  'menu.system': 'System',
  'menu.print': 'Print',

  'tools.label': 'Formatting',
  'tools.blocks': 'Block type',
  'tools.block': (type: string) => `Block type: ${type}`,
  'tools.text': 'Text',
  'tools.heading': (level: number) => `Heading ${level}`,
  'tools.bold': 'Bold',
  'tools.italic': 'Italic',
  'tools.underline': 'Underline',
  'tools.strike': 'Strikethrough',
  'tools.code': 'Code',
  'tools.link': 'Link',
  'tools.bullets': 'Bullet list',
  'tools.numbers': 'Numbered list',
  'tools.tasks': 'Task list',
  'tools.quote': 'Quote',
  'tools.codeBlock': 'Code block',
  'tools.divider': 'Divider',
  'tools.undo': 'Undo',
  'tools.redo': 'Redo',

  'link.address': 'Address',
  'link.placeholder': 'Paste or type an address',
  'link.apply': 'Apply',
  'link.open': 'Open',
  'link.remove': 'Unlink',
  'link.wrong': 'Only web, mail and telephone addresses can be linked.',

  'banner.deleted': 'This document was deleted. You can copy your text before you leave.',
  'banner.full': 'The document is full. You can read and copy it.',
  'banner.refusedAgain':
    'Text from this page was refused again right away, so it only shows the document now. Reload to edit.',
  'banner.afresh': 'The document is loading afresh. What you wrote is kept.',

  'recovered.title': 'Some text was not accepted',
  'recovered.titleEpoch': 'Older copy of this document',
  'recovered.body': 'Your text is below. Copy it or save it as a new document.',
  'recovered.kept': 'Your text is kept in this browser.',
  'recovered.rest': (time: string) => `Saved at ${time}. Everything else you typed is stored on the server.`,
  'recovered.nothing': 'It was no text: formatting, or a deletion.',
  'recovered.text': 'Your text',
  'recovered.show': 'Show recovered text',
  'recovered.entry': (time: string, what: string) => (what === '' ? time : `${time} · ${what}`),
  'recovered.list': 'Recovered texts',
  'recovered.more': (n: number) => `${n} texts were not accepted. The newest comes first.`,
  'recovered.textOnly':
    'The whole copy is too large for this browser to keep. Only the text outlives this page.',
  'recovered.textLeft': 'Only the text was kept, not the whole copy.',
  'recovered.notKept': 'This browser keeps nothing. Copy the text before you close this page.',
  'recovered.copy': 'Copy',
  'recovered.putBack': 'Put it back in',
  'recovered.putBackDone': 'Put back. It counts as yours from now on.',
  'recovered.saveAs': 'Save as new document',
  'recovered.saving': 'Saving',
  'recovered.failed': 'No new document was saved. Your text is still here. Try again.',
  'recovered.saved': 'Saved as a new document.',
  'recovered.copyOf': (title: string) => `${title || 'Untitled'} (recovered)`,
  'recovered.discard': 'Discard',
  'recovered.discardSure': 'Discard for good?',
  'recovered.later': 'Later',

  'unknown.block': 'This page does not know this block',
  'unknown.inline': 'This page does not know this',
  'unknown.misplaced': 'This cannot be shown here',
} as const

const hueNames = [
  'Red',
  'Orange',
  'Amber',
  'Olive',
  'Green',
  'Teal',
  'Cyan',
  'Sky',
  'Blue',
  'Violet',
  'Magenta',
  'Pink',
] as const

/** What the page says when the server hangs up. A refusal without words is a type error. */
export const refusalWords: Record<Refusal, { readonly chip: string; readonly sentence: string }> = {
  'not-binary': {
    chip: words['status.refused'],
    sentence: 'The connection was damaged on the way. Reload the page.',
  },
  'too-much': { chip: 'Reconnecting', sentence: 'Too many changes at once. Trying again in half a minute.' },
  'too-large': {
    chip: words['status.notSaved'],
    sentence: 'This change is too large to be sent. Copy your text before you close this page.',
  },
  fault: { chip: words['status.notSaved'], sentence: 'The server met a fault. Trying again.' },
  restarting: { chip: 'Reconnecting', sentence: 'The server is restarting. Reconnecting.' },
  'too-slow': { chip: 'Reconnecting', sentence: 'The connection could not keep up. Trying again.' },
  crowded: { chip: 'Reconnecting', sentence: 'Too many people or tabs are here already. Trying again.' },
  'bad-bytes': {
    chip: words['status.refused'],
    sentence: 'Some text was not accepted. Copy your text, then reload the page.',
  },
  'not-found': { chip: words['status.deleted'], sentence: words['banner.deleted'] },
  'other-epoch': {
    chip: words['status.otherCopy'],
    sentence: 'The document was restored or replaced. Your older copy can be opened as a new document.',
  },
}

/** Why a copy of the document could not stay. A loss without words is a type error. */
export const lossWords: Record<Loss, string> = {
  role: 'You may not edit this.',
  full: 'The document is full.',
  schema: 'It needs a newer page.',
  identity: 'It was signed with another name.',
  damaged: 'It was damaged on the way.',
  'other-epoch': refusalWords['other-epoch'].sentence,
}
