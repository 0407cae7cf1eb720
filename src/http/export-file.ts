import type { AccessLog } from '#accesslog'
import type { Act, ReceiptSigner } from '#consent'
import type { Clock } from '#kit'
import type { Actor, Vault } from '#vault'
import type { Chat } from './needs.ts'

/** The file a person downloads: everything held about them, with what `guichet verify` needs to check it offline. */
export async function exportFile(needs: {
  personId: string
  actor: Actor
  act: Act
  vault: Vault
  log: AccessLog
  receipts: ReceiptSigner
  chat: Pick<Chat, 'transcript'>
  clock: Clock
}): Promise<string> {
  const { personId, actor, act, vault, log, receipts, chat, clock } = needs
  const conversation = await chat.transcript(personId)
  const {
    person,
    checkpoint,
    reads,
    receipts: kept,
    heads,
    banks,
  } = await vault.ownCopy(personId, actor, act)
  const file = {
    guichet: 'export/1',
    person,
    exportedAt: new Date(clock.now()).toISOString(),
    log: { origin: log.origin, vkey: log.vkey },
    checkpoint,
    reads,
    heads,
    receipts: kept,
    keys: receipts.jwks,
    data: { banks, conversation },
  }
  return JSON.stringify(file, null, 2)
}
