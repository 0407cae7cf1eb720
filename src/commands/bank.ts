import type { Settings } from '#config'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { confirm } from './confirm.ts'

/** Prints a line for each bank. */
export async function listBanks(settings: Settings): Promise<void> {
  await using desk = await openClosing(settings)
  const banks = await desk.listBanks()
  if (banks.length === 0) console.log(`There is no bank profile in ${settings.banksFolder}.`)
  const width = Math.max(...banks.map(({ id }) => id.length))
  for (const { id, name, simulated, status, links } of banks) {
    const kind = simulated ? ' (simulated)' : ''
    const state = status === 'open' ? `${links} linked` : 'withdrawn'
    console.log(`${id.padEnd(width)}  ${state.padEnd(12)}  ${name}${kind}`)
  }
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
