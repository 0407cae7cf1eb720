import { Link } from 'wouter'
import { post } from '../api.ts'
import { useHere } from '../guichet.tsx'
import type { Words } from '../words/en.ts'
import './top.css'

/** The head of every page: where one is, who is here, and the other language. */
export function Top({ current }: { current: keyof Words['titles'] }) {
  const { session, locale, words, conversation, setLocale } = useHere()
  const other = locale === 'en' ? 'fr' : 'en'
  // Signing out must not lose a conversation that nothing can bring back: until then the way in stays.
  const canComeBack = session.person !== null && (session.person.hasLink || session.person.hasPasskey)
  const mark = (key: typeof current) => (current === key ? { 'aria-current': 'page' as const } : {})

  const signOut = async () => {
    await post('/api/signout')
    location.assign('/')
  }

  return (
    <header className="top">
      <div className="top-row">
        <Link className="wordmark" href="/">
          <Logo />
          <span className="wordmark-name">Guichet</span>
        </Link>
        <nav aria-label={words.menu}>
          <Link className="top-link" href="/" {...mark('chat')}>
            {words.chat}
            {conversation.isWaiting && (
              <>
                <span className="waiting" aria-hidden="true" />
                <span className="hidden-text">{words.waiting}</span>
              </>
            )}
          </Link>
          <Link className="top-link" href="/link" {...mark('link')}>
            {words.banks}
          </Link>
          <Link className="top-link" href="/cards" {...mark('cards')}>
            {words.cards}
          </Link>
          <Link className="top-link" href="/messengers" {...mark('messengers')}>
            {words.messengers}
          </Link>
          <Link className="top-link" href="/privacy" {...mark('privacy')}>
            {words.privacy}
          </Link>
          {session.controlUrl && (
            <a className="top-link" href={session.controlUrl} target="_blank" rel="noreferrer">
              {words.control}
              <span className="top-away" aria-hidden="true">
                ↗
              </span>
              <span className="hidden-text">{words.newTab}</span>
            </a>
          )}
        </nav>
        <div className="top-side">
          <button type="button" className="top-link" lang={other} onClick={() => void setLocale(other)}>
            {words.otherLanguage}
          </button>
          {canComeBack ? (
            <button type="button" className="top-link" onClick={() => void signOut()}>
              {words.signOut}
            </button>
          ) : (
            <Link className="top-link" href="/signin" {...mark('signin')}>
              {words.signIn}
            </Link>
          )}
        </div>
      </div>
      <p className="hidden-text" role="status">
        {conversation.isWaiting ? words.waiting : ''}
      </p>
    </header>
  )
}

function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b5d4e" />
      <path d="M9 24V14a7 7 0 0 1 14 0v10" fill="none" stroke="#fff" strokeWidth="2.6" />
      <path d="M6.5 24h19" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  )
}
