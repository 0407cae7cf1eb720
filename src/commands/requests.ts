import type { Settings } from '#config'
import { readCaseNumber } from '#fraud'
import { DAY, Fault, HOUR, MINUTE, systemClock } from '#kit'
import { openDesk } from '../guichet.ts'

const KINDS = {
  'unanswered-alert': 'alert not answered',
  human: 'wants to speak to a person',
  dispute: 'disputes a payment',
} as const

/** Prints what people wait for, the longest first, and how their reports turned out at each bank. */
export async function showDesk(settings: Settings): Promise<void> {
  await using desk = await openClosing(settings)
  const requests = await desk.requests.open()
  if (requests.length === 0) console.log('Nobody waits for an answer.')
  const now = systemClock.now()
  for (const { number, kind, bankIds, askedAt, personId } of requests) {
    const since = new Date(askedAt).toISOString().slice(0, 16).replace('T', ' ')
    const banks = bankIds.join(',') || '-'
    console.log(
      `${number}  ${since} UTC  ${tellAge(now - askedAt).padStart(4)}  ${banks.padEnd(12)}  ${KINDS[kind].padEnd(26)}  ${personId}`,
    )
  }
  const tallies = await desk.tallies()
  if (tallies.length > 0) console.log('\nReported as not theirs, by bank:')
  for (const { bankId, reported, takenBack, decidedAgainst, decidedInFavour } of tallies)
    console.log(
      `${bankId.padEnd(12)}  ${reported} reported, ${takenBack} taken back, ${decidedAgainst} decided against, ${decidedInFavour} in favour`,
    )
}

/** Notes that a request is settled, and by whom. */
export async function finishRequest(
  settings: Settings,
  typed: string,
  { by, person }: { by: string; person?: string },
): Promise<void> {
  const number = readCaseNumber(typed)
  if (!number)
    throw new Fault('request-malformed', {
      detail: `${typed} is no case number: one looks like G-7K4M-2Q, and its last sign checks the others`,
    })
  if (by.trim() === '')
    throw new Fault('request-malformed', { detail: 'Say who settled it: --by cannot be empty' })
  await using desk = await openClosing(settings)
  await desk.requests.finish(number, by.trim(), person ?? null)
  console.log(`${number} is settled, by ${by.trim()}.`)
}

/** `7m`, `3h`, `12d`: how long somebody has waited. */
export function tellAge(ms: number): string {
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`
  return `${Math.floor(ms / DAY)}d`
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}
