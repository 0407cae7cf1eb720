import { stat } from 'node:fs/promises'
import { type BankProfile, surveyBanks } from '#banks'
import type { Settings } from '#config'
import { type Finding, findingOf, note, wrong } from './check.ts'
import { tryBank } from './try-bank.ts'

/** Every profile reads, has the files it names, and its addresses answer. */
export async function checkBanks({ banksFolder, keysFolder }: Settings): Promise<Finding[]> {
  // That the folder is not there was said already.
  if (!(await stat(banksFolder).catch(() => null))) return []
  const banks = await surveyBanks(banksFolder, keysFolder).catch((error: unknown) =>
    findingOf('Bank profiles', error),
  )
  if (!Array.isArray(banks)) return [banks]
  if (banks.length === 0) return [note(`There is no bank profile in ${banksFolder}`)]
  const found = await Promise.all(
    banks.map(async (bank) => {
      if (bank.profile === null)
        return [
          wrong(bank.wrong, `Mend ${bank.file} (docs/connect-a-bank.md); Guichet does not start with it.`),
        ]
      return bank.lacks.length > 0
        ? [lacking(bank.profile, bank.lacks)]
        : await tryBank(bank.profile, keysFolder)
    }),
  )
  return found.flat()
}

export const lacking = ({ id, name }: BankProfile, files: readonly string[]): Finding =>
  wrong(
    `${name}: ${id}.json names what is not there: ${files.join(', ')}`,
    'Put the files there, readable by Guichet’s own user only; Guichet does not start without them.',
  )
