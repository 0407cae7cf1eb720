import type { FromPage, ToPage } from './page-around.ts'

/**
 * What a page loads that has the chat in it: a button, and behind it a frame of Guichet's own origin. Nothing else is loaded
 * before the button is pressed. It works under the strictest policy that names Guichet's origin in `script-src` and
 * `frame-src`, and hears from the frame whether to close and how many messages wait, never what they say.
 */
const SAYS = {
  en: {
    open: 'Chat with your bank',
    close: 'Close the chat',
    waiting: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  },
  fr: {
    open: 'Écrire à votre banque',
    close: 'Fermer la conversation',
    waiting: (count: number) => (count === 1 ? '1 nouveau message' : `${count} nouveaux messages`),
  },
}

const STYLE = `
:host { all: initial; }
* { box-sizing: border-box; }
button { font: 600 1rem/1.25 system-ui, sans-serif; cursor: pointer; }
button:focus-visible, iframe:focus-visible { outline: 3px solid var(--guichet-accent, #0b5d4e); outline-offset: 2px; }
.launcher {
  position: fixed; z-index: 2147483000; inset-inline-end: 1rem; inset-block-end: 1rem;
  min-height: 3rem; padding: 0.6rem 1.2rem; border: 2px solid #fff; border-radius: 999px;
  background: var(--guichet-accent, #0b5d4e); color: var(--guichet-accent-ink, #fff);
  box-shadow: 0 2px 12px rgb(0 0 0 / 30%);
}
.count { margin-inline-start: 0.5rem; padding: 0 0.5rem; border-radius: 999px; background: #fff; color: #a3271b; }
.count:empty, .status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
dialog { padding: 0; border: 1px solid #858b93; background: #fff; color: #18212b; color-scheme: light dark; }
dialog[open] {
  position: fixed; z-index: 2147483001; inset: auto 1rem 5rem auto; display: flex; flex-direction: column;
  width: 25rem; height: min(40rem, calc(100dvh - 7rem)); max-width: none; max-height: none; margin: 0;
  border-radius: 14px; box-shadow: 0 8px 40px rgb(0 0 0 / 30%); overflow: hidden;
}
.head {
  display: flex; align-items: center; justify-content: space-between; padding: 0.3rem 0.4rem 0.3rem 0.9rem;
  background: var(--guichet-accent, #0b5d4e); color: var(--guichet-accent-ink, #fff); font: 600 1rem/1.25 system-ui, sans-serif;
}
.close { min-width: 2.75rem; min-height: 2.75rem; border: 0; border-radius: 999px; background: none; color: inherit; }
.close:focus-visible { outline-color: currentColor; outline-offset: -4px; }
iframe { flex: 1; width: 100%; min-height: 0; border: 0; }
iframe:focus-visible { outline-offset: -3px; }
@media (max-width: 30rem), (max-height: 26rem) {
  dialog[open] { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: rise 160ms ease-out; }
  @keyframes rise { from { opacity: 0; translate: 0 1rem; } }
}
@media (forced-colors: active) { dialog[open] { border: 2px solid CanvasText; } }
`
/** The same as the style's: there the chat has the whole screen, and nothing behind it can be reached. */
const WHOLE_SCREEN = '(max-width: 30rem), (max-height: 26rem)'
const TAG = 'guichet-chat'

const script = document.currentScript as HTMLScriptElement
const origin = new URL(script.src).origin
const language = (script.dataset.lang ?? document.documentElement.lang).startsWith('fr') ? 'fr' : 'en'

function start(): void {
  // A page that loads the script twice still has one chat.
  if (document.querySelector(TAG)) return
  const says = SAYS[language]
  const host = document.createElement(TAG)
  host.lang = language
  const root = host.attachShadow({ mode: 'open' })
  const style = new CSSStyleSheet()
  style.replaceSync(STYLE)
  root.adoptedStyleSheets = [style]

  const launcher = make('button', 'launcher', says.open)
  launcher.type = 'button'
  launcher.setAttribute('aria-expanded', 'false')
  launcher.setAttribute('aria-controls', 'panel')
  const count = make('span', 'count')
  count.setAttribute('aria-hidden', 'true')
  launcher.append(count)
  const status = make('span', 'status')
  status.setAttribute('role', 'status')

  const panel = make('dialog', 'panel')
  panel.id = 'panel'
  panel.setAttribute('aria-label', says.open)
  const head = make('div', 'head')
  const close = make('button', 'close')
  close.type = 'button'
  close.setAttribute('aria-label', says.close)
  close.textContent = '✕'
  head.append(make('span', 'name', says.open), close)
  panel.append(head)
  root.append(launcher, panel, status)

  let frame: HTMLIFrameElement | null = null

  const tell = (message: FromPage) => frame?.contentWindow?.postMessage(message, origin)

  function open(): void {
    if (!frame) {
      frame = make('iframe', 'frame')
      frame.title = says.open
      frame.referrerPolicy = 'no-referrer'
      frame.src = `${origin}/embed#${language}`
      panel.append(frame)
    }
    if (matchMedia(WHOLE_SCREEN).matches) panel.showModal()
    else panel.show()
    launcher.setAttribute('aria-expanded', 'true')
    frame.focus()
    tell({ guichet: 'opened' })
  }

  function shut(): void {
    panel.close()
    closed()
  }

  /** Said as the dialog closes, since it gives the focus back at once: no reader hears of a button whose chat is open. */
  function closed(): void {
    if (launcher.getAttribute('aria-expanded') === 'false') return
    launcher.setAttribute('aria-expanded', 'false')
    launcher.focus()
    tell({ guichet: 'closed' })
  }

  launcher.addEventListener('click', () => (panel.open ? shut() : open()))
  close.addEventListener('click', shut)
  // A dialog that leaves the rest of the page in use does not close by itself.
  root.addEventListener('keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Escape' && panel.open) shut()
  })
  // A gesture closes one that has the whole screen.
  panel.addEventListener('close', closed)

  addEventListener('message', (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return
    const message = (event.data ?? {}) as Partial<ToPage>
    if (message.guichet === 'ready') tell({ guichet: panel.open ? 'opened' : 'closed' })
    if (message.guichet === 'close' && panel.open) shut()
    if (message.guichet === 'unread' && Number.isInteger(message.count)) show(message.count!)
  })

  function show(waiting: number): void {
    const words = waiting > 0 ? says.waiting(waiting) : ''
    count.textContent = waiting > 0 ? String(waiting) : ''
    launcher.setAttribute('aria-label', words ? `${says.open}, ${words}` : says.open)
    status.textContent = words
  }

  document.body.append(host)
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.className = name
  element.textContent = text
  return element
}

if (document.body) start()
else addEventListener('DOMContentLoaded', start)
