import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createAccessLog, createSigner } from '#accesslog'
import type { Settings } from '#config'
import { createSql, systemClock, systemRandom } from '#kit'
import { type Finding, findingOf, note, right } from './check.ts'

/** Hashes the whole log again and compares it with what its signer signed last. */
export async function checkLog(settings: Settings, url: string): Promise<Finding> {
  const folder = settings.signerFolder
  const hasSigned = await stat(join(folder, 'last-checkpoint')).then(
    () => true,
    () => false,
  )
  // Making the signer here would make its key, which is the first start's business.
  if (!hasSigned) return note('Access log: nothing signed yet')
  const sql = createSql({ url, connectionsMax: 2, application: 'guichet-doctor' })
  try {
    const signer = await createSigner({ folder, origin: settings.logOrigin, random: systemRandom })
    const log = createAccessLog({ sql, clock: systemClock, random: systemRandom, signer })
    const { size } = await log.audit()
    return right(`Access log: all ${size} signed entries are whole, in the order they were signed`)
  } catch (error) {
    return findingOf('Access log', error)
  } finally {
    await sql.end()
  }
}
