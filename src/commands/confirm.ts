import { createInterface } from 'node:readline/promises'
import { Fault } from '#kit'

/** Has the operator type `word` before something that cannot be undone. Throws when they do not, or nobody is there. */
export async function confirm(warning: string, word: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Fault('request-malformed', { detail: `${warning} Add --yes to do it without being asked` })
  const line = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const typed = await line.question(`${warning}\nType ${word} to go on: `)
    if (typed.trim() !== word) throw new Fault('request-malformed', { detail: 'Nothing was done' })
  } finally {
    line.close()
  }
}
