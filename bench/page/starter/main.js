// The collaborative editor as Tiptap's own guides build it: React, the starter kit, Hocuspocus. Nothing else on the page.
import { HocuspocusProvider } from '@hocuspocus/provider'
import { Collaboration } from '@tiptap/extension-collaboration'
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { EditorContent, useEditor } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import * as Y from 'yjs'

const [, port, room] = location.pathname.split('/')
const document = new Y.Doc()
const provider = new HocuspocusProvider({ url: `ws://127.0.0.1:${port}`, name: room, document })

const Page = () => {
  const editor = useEditor({
    extensions: [
      StarterKit.configure({ undoRedo: false }),
      Collaboration.configure({ document }),
      CollaborationCaret.configure({ provider, user: { name: 'Ada', color: '#c02040' } }),
    ],
  })
  return createElement(EditorContent, { editor })
}

createRoot(globalThis.document.querySelector('#root')).render(createElement(Page))
