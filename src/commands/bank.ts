import { type KnownBank, surveyBanks } from '#banks'
import type { Settings } from '#config'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { confirm } from './confirm.ts'

/** Prints a line for each bank: its standard, and whether it takes part or what keeps it from that. */
export async function listBanks(settings: Settings): Promise<void> {
  const known = await surveyBanks(settings.banksFolder, settings.keysFolder).catch((error: unknown) => {
    // A folder that nobody has made yet holds no bank; one that cannot be read is another matter.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  if (known.length === 0) {
    console.log(`There is no bank profile in ${settings.banksFolder}.`)
    return
  }
  const faults = known.flatMap((bank) => faultsOf(bank))
  const takingPart = faults.length === 0 ? await stateOfBanks(settings) : new Map<string, string>()
  const width = Math.max(...known.map(({ file }) => file.length)) - '.json'.length
  for (const bank of known) {
    const id = bank.file.replace(/\.json$/, '')
    const { profile } = bank
    const state = takingPart.get(id) ?? (faultsOf(bank).length > 0 ? 'incomplete' : 'complete')
    const kind = profile?.simulated ? ' (simulated)' : ''
    const words = [id.padEnd(width), (profile?.api.standard ?? '?').padEnd(10), state.padEnd(12)]
    console.log(`${words.join('  ')}  ${profile?.name ?? ''}${kind}`.trimEnd())
  }
  if (faults.length === 0) return
  console.log(`\nGuichet does not start until this is mended:\n${faults.map((one) => `  ${one}`).join('\n')}`)
  process.exitCode = 1
}

function faultsOf(bank: KnownBank): string[] {
  if (bank.profile === null) return [bank.wrong]
  return bank.lacks.map((path) => `${bank.file}: ${path} is not there`)
}

async function stateOfBanks(settings: Settings): Promise<Map<string, string>> {
  await using desk = await openClosing(settings)
  return new Map(
    (await desk.listBanks()).map(({ id, status, links, failing }) => {
      const trouble = failing > 0 ? `, ${failing} cannot be read` : ''
      return [id, status === 'open' ? `${links} linked${trouble}` : 'withdrawn']
    }),
  )
}

/** Ends a bank's part in Guichet for good. */
export async function withdrawBank(
  settings: Settings,
  id: string,
  options: { yes?: boolean },
): Promise<void> {
  await using desk = await openClosing(settings)
  const bank = (await desk.listBanks()).find((one) => one.id === id)
  if (!bank) throw new Fault('bank-unknown', { detail: `There is no bank ${id}` })
  if (bank.status === 'withdrawn')
    throw new Fault('bank-withdrawn', { detail: `${bank.name} has left already` })
  if (!options.yes)
    await confirm(
      `${bank.name} will leave: what is kept of its ${bank.links} links can never be read again.`,
      bank.id,
    )
  const { links } = await desk.withdrawBank(id, 'operator')
  console.log(
    `${bank.name} has left. Its keys are destroyed; ${links} links have ended and their people are being told.`,
  )
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}
