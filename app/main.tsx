import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { useLocation } from 'wouter'
import { AllowPage } from './allow/allow-page.tsx'
import { CardsPage } from './cards/cards-page.tsx'
import { ChatPage } from './chat/chat-page.tsx'
import { HereProvider } from './guichet.tsx'
import { LinkPage } from './link/link-page.tsx'
import { MessengersPage } from './messengers/messengers-page.tsx'
import { MissingPage } from './missing/missing-page.tsx'
import { Top } from './parts/top.tsx'
import { PaymentsPage } from './payments/payments-page.tsx'
import { PrivacyPage } from './privacy/privacy-page.tsx'
import { SealedPage } from './sealed/sealed-page.tsx'
import { SignInPage } from './signin/signin-page.tsx'
import { TranscriptPage } from './transcript/transcript-page.tsx'
import { useGuichet } from './use-guichet.ts'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import './styles/page.css'

const PAGES = {
  '/': { key: 'chat', Page: ChatPage },
  '/link': { key: 'link', Page: LinkPage },
  '/signin': { key: 'signin', Page: SignInPage },
  '/cards': { key: 'cards', Page: CardsPage },
  '/payments': { key: 'payments', Page: PaymentsPage },
  '/messengers': { key: 'messengers', Page: MessengersPage },
  '/transcript': { key: 'transcript', Page: TranscriptPage },
  '/privacy': { key: 'privacy', Page: PrivacyPage },
} as const
/** Pages whose address names what they are about: an app's request, a link from a messenger. */
const PAGES_OF_ONE = {
  '/allow/': { key: 'allow', Page: AllowPage },
  '/o/': { key: 'sealed', Page: SealedPage },
} as const

const MISSING = { key: 'missing', Page: MissingPage } as const

function pageOf(path: string) {
  const [, ofOne] = Object.entries(PAGES_OF_ONE).find(([start]) => path.startsWith(start)) ?? []
  return ofOne ?? PAGES[path as keyof typeof PAGES] ?? MISSING
}

function Guichet() {
  const [path] = useLocation()
  const { here, failed, locale, words } = useGuichet()
  const page = pageOf(path)

  useEffect(() => {
    document.documentElement.lang = locale
    document.title = `${words.titles[page.key]} · Guichet`
  }, [locale, words, page])

  if (failed) {
    return (
      <main className="page stack">
        <h1>Guichet</h1>
        <p role="alert">{words.noConnection}</p>
        <div>
          <button type="button" className="primary" onClick={() => location.reload()}>
            {words.tryAgain}
          </button>
        </div>
      </main>
    )
  }
  if (!here) {
    return (
      <main className="page" aria-busy="true">
        <h1 className="hidden-text">Guichet</h1>
      </main>
    )
  }
  return (
    <HereProvider value={here}>
      <a className="skip button" href="#content">
        {words.skip}
      </a>
      <Top current={page.key} />
      <page.Page />
    </HereProvider>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Guichet />
  </StrictMode>,
)
