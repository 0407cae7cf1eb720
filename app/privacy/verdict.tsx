import { type RefObject, useEffect, useRef, useState } from 'react'
import { verifyProof } from '#accesslog/proof'
import type { ReadJson } from '../../src/http/api.ts'
import { getText, Refused } from '../api.ts'
import { useHere } from '../guichet.tsx'

export type Verdict =
  | { state: 'waiting' | 'unsigned' }
  | { state: 'verified'; index: number; size: number }
  | { state: 'wrong'; why: string }

/** A read made a moment ago is signed within a second or so: until then its proof is asked for again. */
const TRIES = 8
const TRY_AGAIN_MS = 1_500

/**
 * Verifies one line once it comes into view: fetches its proof, checks it here against the log's public key, and checks
 * that the record proved is the one shown. The server's word is not taken for any of it.
 */
export function useVerdict(
  read: ReadJson,
  vkey: string,
): { line: RefObject<HTMLLIElement | null>; verdict: Verdict } {
  const line = useRef<HTMLLIElement>(null)
  const [verdict, setVerdict] = useState<Verdict>({ state: 'waiting' })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a read never changes; its id and the key are all there is.
  useEffect(() => {
    let gone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const check = async (attempt: number) => {
      const found = await verify(read, vkey)
      if (gone) return
      setVerdict(found)
      if (found.state === 'unsigned' && attempt < TRIES)
        timer = setTimeout(() => void check(attempt + 1), TRY_AGAIN_MS)
    }
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      void check(1)
    })
    if (line.current) observer.observe(line.current)
    return () => {
      gone = true
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [read.id, vkey])

  return { line, verdict }
}

async function verify(read: ReadJson, vkey: string): Promise<Verdict> {
  let proof: string
  try {
    proof = await getText(`/api/privacy/reads/${encodeURIComponent(read.id)}/proof`)
  } catch (error) {
    if (error instanceof Refused && error.code === 'not-found') return { state: 'unsigned' }
    return { state: 'wrong', why: error instanceof Error ? error.message : '' }
  }
  const checked = await verifyProof(proof, vkey)
  if (!checked.ok) return { state: 'wrong', why: checked.why }
  const { record, index, size } = checked
  const same =
    Date.parse(record.t) === read.at &&
    record.seq === read.seq &&
    record.purpose === read.purpose &&
    record.consent === read.consent &&
    record.actor.id === read.actor.id
  return same ? { state: 'verified', index, size } : { state: 'wrong', why: 'record' }
}

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { words } = useHere()
  switch (verdict.state) {
    case 'verified':
      return (
        <span className="verdict good">
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 8.5l3.2 3.2L13 4.6" fill="none" stroke="currentColor" strokeWidth="2.2" />
          </svg>
          {words.verified}
        </span>
      )
    case 'wrong':
      return (
        <span className="verdict bad" role="alert">
          ✗ {words.wrong} ({verdict.why})
        </span>
      )
    case 'unsigned':
      return <span className="verdict muted">{words.notYet}</span>
    case 'waiting':
      return <span className="verdict muted">{words.verifying}</span>
  }
}
