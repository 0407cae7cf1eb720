import { access, writeFile } from 'node:fs/promises'
import type { Settings } from '#config'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'
import { confirm } from './confirm.ts'

/** Writes a person's own copy to a new file that only its owner can read. The reading is in their log like any other. */
export async function exportPerson(settings: Settings, id: string, options: { out: string }): Promise<void> {
  const taken = await access(options.out).then(
    () => true,
    () => false,
  )
  if (taken) throw new Fault('already-done', { detail: `${options.out} exists; name another file` })
  const desk = await openDesk(settings)
  try {
    await writeFile(options.out, await desk.exportPerson(id), { flag: 'wx', mode: 0o600 })
  } finally {
    await desk.close()
  }
  console.log(`Written to ${options.out}. \`guichet verify ${options.out}\` checks it.`)
}

/** Shreds a person's keys, and with them everything. */
export async function erasePerson(settings: Settings, id: string, options: { yes?: boolean }): Promise<void> {
  if (!options.yes)
    await confirm(`Everything held about ${id} will be shredded. Nobody can bring it back.`, id)
  const desk = await openDesk(settings)
  try {
    await desk.erasePerson(id)
  } finally {
    await desk.close()
  }
  console.log(`${id} is erased, and the log says so.`)
}
