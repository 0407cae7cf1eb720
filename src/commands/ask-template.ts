import { createInterface } from 'node:readline/promises'
import type { BankTemplate } from '#banks'
import { Fault } from '#kit'

/** Has the operator type what a template asks and `answers` does not say yet. Lines may come all at once, as when pasted. */
export async function askTemplate(
  template: BankTemplate,
  answers: Readonly<Record<string, string>>,
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<Record<string, string>> {
  const say = (words: string) => output.write(words)
  say(`${template.about}\n${template.sources.map((source) => `  ${source}\n`).join('')}`)
  const given = { ...answers }
  const lines = createInterface({ input })
  const typed = lines[Symbol.asyncIterator]()
  try {
    for (const [name, { says, suggest, optional }] of Object.entries(template.asks)) {
      if (given[name] !== undefined) continue
      const hint = suggest ? ` [${suggest}]` : optional ? ' [none]' : ''
      do {
        say(`${says}${hint}: `)
        const { value, done } = await typed.next()
        if (done)
          throw new Fault('request-malformed', { detail: 'Nothing was written: not all was answered' })
        given[name] = String(value).trim() || (suggest ?? '')
      } while (!given[name] && !optional)
    }
  } finally {
    lines.close()
  }
  return given
}
