import { type Heard, hearOffline, type UnderstandingContext } from '#conversation'
import { Fault, type Locale } from '#kit'
import { answerEachLine, asField } from './lines.ts'

/**
 * Writes one line for each utterance of `path` (`-` is the standard input), in its order: the intent, its slots as JSON, and
 * the confidence from 0 to 1, parted by tabs. Of several questions in one utterance the intents are joined by `+`, the slots
 * are a list, and the confidence is the least. Throws `setting-wrong` for an instant or a time zone that is none.
 */
export async function understandFile(
  path: string,
  options: { locale: Locale; now?: string; timeZone: string },
): Promise<void> {
  const { locale, timeZone } = options
  const now = options.now === undefined ? Date.now() : Date.parse(options.now)
  if (Number.isNaN(now))
    throw new Fault('setting-wrong', {
      detail: `--now is “${options.now}”; it must be an ISO 8601 instant, such as 2026-11-18T09:00:00Z.`,
    })
  if (!isTimeZone(timeZone))
    throw new Fault('setting-wrong', {
      detail: `--time-zone is “${timeZone}”; it must be an IANA name, such as Europe/Paris.`,
    })
  const context: UnderstandingContext = { now, locale, timeZone }
  await answerEachLine(path, (text) => lineOf(hearOffline(text, context)))
}

function lineOf(heard: readonly Heard[]): string {
  const slots = heard.map(({ question: { kind: _, ...rest } }) => rest)
  const shown = JSON.stringify(slots.length === 1 ? slots[0] : slots)
  const confidence = Math.min(...heard.map((one) => one.confidence))
  return [heard.map(({ question }) => question.kind).join('+'), asField(shown), confidence.toFixed(2)].join(
    '\t',
  )
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
