import { useEffect, useRef, useState } from 'react'
import type { ReadJson } from '../../src/http/api.ts'
import { getText, Refused } from '../api.ts'
import { type Verdict, verifyRead } from './verify-read.ts'

/** A browser keeps six connections to one server, and the live stream and the page itself need theirs. */
const CHECKS_AT_ONCE = 4
/** A read made a moment ago is signed within a second or so. */
const UNSIGNED_AGAIN_MS = 1_500
/** The server counts requests by the minute: after too many, or none answered, there is no hurry. */
const UNREACHABLE_AGAIN_MS = 15_000

/**
 * Checks every read that is loaded, in their order, a few at a time, without waiting for anybody to look at them. One
 * that cannot be checked yet is tried again. Reads that were checked stay checked while more are loaded.
 */
export function useVerdicts(reads: readonly ReadJson[], vkey: string): ReadonlyMap<string, Verdict> {
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict>>(new Map())
  const settled = useRef(new Set<string>())

  useEffect(() => {
    const waiting = reads.filter(({ id }) => !settled.current.has(id))
    const timers = new Set<ReturnType<typeof setTimeout>>()
    let isGone = false

    async function work(): Promise<void> {
      for (let read = waiting.shift(); read && !isGone; read = waiting.shift()) {
        const verdict = await check(read, vkey)
        if (isGone) return
        const { id } = read
        setVerdicts((known) => new Map(known).set(id, verdict))
        if (verdict.state === 'verified' || verdict.state === 'wrong') settled.current.add(id)
        else again(read, verdict.state === 'unsigned' ? UNSIGNED_AGAIN_MS : UNREACHABLE_AGAIN_MS)
      }
    }
    function again(read: ReadJson, ms: number): void {
      const timer = setTimeout(() => {
        timers.delete(timer)
        waiting.push(read)
        void work()
      }, ms)
      timers.add(timer)
    }

    for (let worker = 0; worker < CHECKS_AT_ONCE; worker += 1) void work()
    return () => {
      isGone = true
      for (const timer of timers) clearTimeout(timer)
    }
  }, [reads, vkey])

  return verdicts
}

async function check(read: ReadJson, vkey: string): Promise<Verdict> {
  let proof: string
  try {
    proof = await getText(`/api/privacy/reads/${encodeURIComponent(read.id)}/proof`)
  } catch (error) {
    // Not to be had is not the same as wrong: only a proof in hand can be.
    return { state: error instanceof Refused && error.code === 'not-found' ? 'unsigned' : 'unreachable' }
  }
  return await verifyRead(read, proof, vkey)
}
