import { post } from '../api.ts'
import { useHere } from '../guichet.tsx'

/** The head of every page: where one is, and the other language. */
export function Top({ current }: { current: 'chat' | 'link' | 'signin' | 'privacy' }) {
  const { session, locale, words, setLocale } = useHere()
  const other = locale === 'en' ? 'fr' : 'en'
  const mark = (key: typeof current) => (current === key ? { 'aria-current': 'page' as const } : {})

  const signOut = async () => {
    await post('/api/signout')
    location.assign('/')
  }

  return (
    <header className="top">
      <div>
        <a className="wordmark" href="/">
          <Logo />
          Guichet
        </a>
        <nav aria-label={words.menu}>
          <a href="/" {...mark('chat')}>
            {words.chat}
          </a>
          <a href="/privacy" {...mark('privacy')}>
            {words.privacy}
          </a>
          {session.person ? (
            <button type="button" onClick={() => void signOut()}>
              {words.signOut}
            </button>
          ) : (
            <a href="/signin" {...mark('signin')}>
              {words.signIn}
            </a>
          )}
          {session.controlUrl && (
            <a href={session.controlUrl} target="_blank" rel="noreferrer">
              {words.control} ↗
            </a>
          )}
          <button type="button" lang={other} onClick={() => void setLocale(other)}>
            {words.otherLanguage}
          </button>
        </nav>
      </div>
    </header>
  )
}

function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b5d4e" />
      <path d="M9 24V14a7 7 0 0 1 14 0v10" fill="none" stroke="#fff" strokeWidth="2.6" />
      <path d="M6.5 24h19" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  )
}
