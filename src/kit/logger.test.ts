import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, Fault, Private } from '#kit'

function collect() {
  const lines: string[] = []
  const log = createLogger({
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') }
}

test('ids, codes, counts and durations are written', () => {
  const { log, last } = collect()
  log.info('a job is done', { job: 'case-raised', caseId: 'cas_aB3-_9', attempts: 2, first: true })
  const { level, event, job, caseId, attempts, first } = last()
  assert.deepEqual(
    { level, event, job, caseId, attempts, first },
    {
      level: 'info',
      event: 'a job is done',
      job: 'case-raised',
      caseId: 'cas_aB3-_9',
      attempts: 2,
      first: true,
    },
  )
})

test('a person’s words, an account number and a private value never reach a log line', () => {
  const { log, lines } = collect()
  log.info('heard', {
    text: 'How much did I spend at Tesco?',
    account: '4000123412341234',
    amount: new Private('42.17 GBP'),
    row: { name: 'Amina' },
  })
  assert.doesNotMatch(lines.join(''), /Tesco|4000123|42\.17|Amina/)
})

test('a database error that quotes a row is reduced to its code and the names of ours it carries', () => {
  const { log, lines, last } = collect()
  const error = Object.assign(new Error('duplicate key: (Amina, TESCO STORES 3297)'), {
    code: '23505',
    detail: 'Key (name)=(Amina) already exists.',
    where: 'unnamed portal parameter $1 = TESCO',
    table: 'grant',
    constraint: 'grant_live',
  })
  log.error('a statement failed', { error: new Fault('internal', { cause: error }) })
  assert.doesNotMatch(lines.join(''), /Amina|TESCO/)
  const { code, table, constraint } = last().error.cause
  assert.deepEqual({ code, table, constraint }, { code: '23505', table: 'grant', constraint: 'grant_live' })
})
