import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readOrCreateFile, type Secret } from '#kit'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { prepareDatabase } from './prepare.ts'
import type { DatabaseUrls } from './roles.ts'

export type OpenDatabase = {
  /** The owner's address, for what only the operator does; no room is given it. */
  ownerUrl: string
  urls: DatabaseUrls
  embedded: boolean
  /** Stops the embedded server if this call started it; a server that was running already stays. */
  stop(): Promise<void>
}

/** What the settings say of the database. */
export type DatabaseNeeds = {
  dataFolder: string
  keysFolder: string
  databaseUrl: Secret | null
  keysDatabaseUrl: Secret | null
}

/**
 * The database the settings name, or else the embedded one, brought up to this version. Throws `database-unreachable`,
 * `postgres-not-started`, `migration-failed` or `migration-altered`, and leaves nothing running then.
 */
export async function openDatabase(needs: DatabaseNeeds): Promise<OpenDatabase> {
  const secret = await readDatabaseSecret(needs.keysFolder)
  const server = needs.databaseUrl
    ? null
    : await startEmbeddedPostgres({ folder: postgresFolder(needs.dataFolder), secret })
  const ownerUrl = server?.url ?? needs.databaseUrl?.reveal() ?? ''
  const stop = async () => {
    if (server && !server.adopted) await server.stop()
  }
  try {
    const urls = await prepareDatabase({ url: ownerUrl, secret, keysUrl: needs.keysDatabaseUrl?.reveal() })
    return { ownerUrl, urls, embedded: server !== null, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export function postgresFolder(dataFolder: string): string {
  return join(dataFolder, 'postgres')
}

/** The secret that every password of this installation's database follows from, made at the first start. */
export async function readDatabaseSecret(keysFolder: string): Promise<string> {
  const path = join(keysFolder, 'database.secret')
  return (await readOrCreateFile(path, async () => `${randomBytes(32).toString('base64url')}\n`)).trim()
}
