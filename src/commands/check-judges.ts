import { readStopped, type Stop } from '#fraud'
import type { Queryable } from '#kit'
import { type Finding, findingOf, note, right, wrong } from './check.ts'
import { type FoundDatabase, query } from './check-database.ts'

/** Whether all rules and models that somebody put in force still judge. */
export async function checkJudges({ urls }: FoundDatabase): Promise<Finding[]> {
  const sql: Queryable = { query: (text, values = []) => query(urls.rooms, text, [...values]) }
  try {
    const { rules, models } = await readStopped(sql)
    if (rules.length + models.length === 0) return [right('Fraud rules and models: none was stopped')]
    return [
      ...rules.map((one) =>
        wrong(
          `The fraud rule ${one.rule} ${sayStopped(one)}`,
          'Narrow it, then `guichet rules add` and `guichet rules promote`. The other rules go on meanwhile.',
        ),
      ),
      ...models.map((one) =>
        wrong(
          `The fraud model ${one.id.slice(0, 12)} ${sayStopped(one)}`,
          '`guichet model promote` one, this or another. The rules decide alone meanwhile.',
        ),
      ),
    ]
  } catch (error) {
    return (error as { code?: string }).code === '42P01'
      ? [note('Fraud rules and models: none yet')]
      : [findingOf('Fraud rules and models', error)]
  }
}

/** When and why a rule or a model was stopped. */
export function sayStopped({ why, payments, of, at }: Stop): string {
  const when = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const did =
    why === 'asked' ? `it asked about ${payments} of ${of} payments` : `it spared each of ${of} payments`
  return `was stopped on ${when}: ${did}`
}
