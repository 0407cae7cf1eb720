import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { BankJson } from '../../src/http/api.ts'
import { get } from '../api.ts'
import { useHere } from '../guichet.tsx'
import { Heading } from '../parts/heading.tsx'
import { Problem } from '../parts/problem.tsx'
import { Composer } from './composer.tsx'
import { Landing } from './landing.tsx'
import { Transcript } from './transcript.tsx'
import { Welcome } from './welcome.tsx'
import './chat.css'
import './composer.css'

/** The conversation fills the screen: it scrolls by itself, between the head of the page and the place to write. */
export function ChatPage() {
  const { words, conversation } = useHere()
  const [banks, setBanks] = useState<BankJson[]>([])
  const [error, setError] = useState<unknown>(null)
  const writing = useRef<HTMLTextAreaElement>(null)
  const { messages, isRead, sending, isConnected, enter, say, act } = conversation

  useEffect(() => enter(), [enter])
  useEffect(() => {
    get<BankJson[]>('/api/banks').then(setBanks, setError)
  }, [])

  const isNew = isRead && messages.length === 0 && sending.length === 0

  return (
    <main className="chat" id="content">
      <Heading hidden>{words.titles.chat}</Heading>
      <Transcript onAct={act}>{isNew && <Welcome isLinked={banks.some((bank) => bank.linked)} />}</Transcript>
      <div className="chat-foot">
        <div className="chat-width">
          {!isConnected && (
            <p className="small muted" role="status">
              {words.reconnecting}
            </p>
          )}
          <Landing banks={banks} />
          <Problem error={conversation.error ?? error} />
          <Composer field={writing} suggests={isNew} onSay={say} />
          {messages.length > 0 && (
            <p className="small keep">
              <Link href="/transcript">{words.printOrSave}</Link>
            </p>
          )}
        </div>
      </div>
    </main>
  )
}
