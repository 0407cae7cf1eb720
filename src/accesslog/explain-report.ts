import type { Locale } from '#kit'
import type { FileReport } from './file-report.ts'
import { en } from './words/en.ts'
import { fr } from './words/fr.ts'

const WORDS = { en, fr } as const

/** What a report means, in plain words: what the file proves, what it does not, and what is wrong with it. */
export function explainReport(report: FileReport, locale: Locale): string {
  const words = WORDS[locale]
  const { findings } = report
  const sections: [string, string[]][] = [
    [words.problems, findings.map((finding) => explainFinding(finding, locale))],
    [words.proves, proven(report, locale)],
    [words.provesNot, report.checkpoint ? unproven(report, locale) : []],
  ]
  const parts = [findings.length === 0 ? words.holds : words.fails(findings.length)]
  for (const [title, lines] of sections) {
    if (lines.length > 0) parts.push([title, ...lines.map((line) => `  - ${line}`)].join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}

function explainFinding(finding: FileReport['findings'][number], locale: Locale): string {
  const words = WORDS[locale]
  const { code, bank = '', seq = 0, to = seq, id = '', day = '', field = '', why } = finding
  const sentence = words.finding[code]
  return sentence({ bank, seq, to, id, day: dayOf(day, locale), field, why: why ? words.why[why] : '' })
}

function proven(report: FileReport, locale: Locale): string[] {
  const words = WORDS[locale]
  const { checkpoint, log, reads, record, shred, receipts } = report
  if (!checkpoint || log.origin === null) return []
  const lines: string[] = []
  if (record) {
    const { purpose, decision } = record
    const { role } = record.actor
    lines.push(
      words.oneProven({ at: instantOf(record.t, locale), role, purpose, decision, origin: log.origin }),
    )
  } else if (shred) {
    lines.push(words.shredProven[shred.kind]({ at: instantOf(shred.time, locale), origin: log.origin }))
  } else if (reads.proven > 0) {
    lines.push(words.readsProven({ ...reads, origin: log.origin, size: checkpoint.size }))
    lines.push(words.readsBetween(instantOf(reads.from!, locale), instantOf(reads.to!, locale)))
  }
  const broken = new Set(report.findings.map((finding) => finding.bank))
  for (const chain of report.chains)
    if (chain.count === chain.last && !broken.has(chain.bank))
      lines.push(words.chainWhole(chain.bank, chain.count))
  const unconsented = report.findings.some((finding) => finding.code === 'read-unconsented')
  if (report.kind === 'export' && reads.proven > 0 && !unconsented) lines.push(words.consented)
  if (receipts.signed > 0) lines.push(words.receiptsSigned(receipts.signed, receipts.logged))
  for (const { bank, day, count } of report.heads) lines.push(words.headSeen(bank, dayOf(day, locale), count))
  for (const { name, at } of checkpoint.cosigners) lines.push(words.witnessed(name, instantOf(at, locale)))
  return lines
}

function unproven(report: FileReport, locale: Locale): string[] {
  const words = WORDS[locale]
  const { checkpoint, log } = report
  if (report.shred) {
    return checkpoint!.cosigners.length === 0 ? [words.notGone, words.notWitnessed] : [words.notGone]
  }
  const lines = [words.notUnlogged, words.notLater(checkpoint!.size)]
  if (log.keyFrom === 'file') lines.push(words.notKey)
  if (checkpoint!.cosigners.length === 0) lines.push(words.notWitnessed)
  const covered = new Set(report.heads.map((head) => head.bank))
  if (report.kind === 'tlog-proof' || report.chains.some((chain) => !covered.has(chain.bank)))
    lines.push(words.notCutOff)
  if (report.kind === 'export') lines.push(words.notFigures)
  lines.push(words.notUse)
  return lines
}

const instantOf = (time: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'fr-FR', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(time))

const dayOf = (day: string, locale: Locale): string =>
  day &&
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'fr-FR', {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`))
