import type { AccessLog } from '#accesslog'
import type { Consents } from '#consent'
import { type Clock, Fault, Private, type Random, type Sql, seal, unseal } from '#kit'
import type { People } from '#people'
import { reveal } from '../kit/reveal.ts'
import { createComings } from './comings.ts'
import { createDiary } from './diary.ts'
import { createGate } from './gate.ts'
import { createKeyring } from './keyring.ts'
import type { Kms } from './kms.ts'
import type { Actor } from './loan.ts'
import { createOwnCopy } from './own-copy.ts'

export type Vault = ReturnType<typeof createVault>

/** The vault and everything that passes its one gate. `sql` is a pool of the role guichet_vault, `keysSql` of guichet_keys. */
export function createVault(needs: {
  sql: Sql
  keysSql: Sql
  kms: Kms
  log: AccessLog
  consents: Consents
  people: People
  clock: Clock
  random: Random
}) {
  const { sql, keysSql, kms, log, consents, people, clock, random } = needs
  const keyring = createKeyring({
    sql: keysSql,
    kms,
    clock,
    random,
    isSequenced: (entries) => log.isSequenced(entries),
  })
  const gate = createGate({ sql, log, consents, people, keyring, clock, random })
  const comings = createComings({ sql, log, consents, people, keyring, gate, clock, random })
  const diary = createDiary({ sql, log, people, keyring })
  const { welcome, admit, withdraw, letApp, endApp, grantOnce, accessEnded, erase, bankLeaves } = comings

  const chatContext = (personId: string, context: string) => `guichet/chat/1|${personId}|${context}`

  return {
    /** Lends a person's data for one purpose; refusals are logged, then returned. */
    open: gate.open,
    /** The same for one link each of many people, under one log leaf. */
    openEach: gate.openEach,
    /** Lends the data of many people to a bank's events, in the caller's transaction and under one log leaf. */
    openBatch: gate.openBatch,
    /** Holds the consents of a batch's links before it is opened, for whoever asks something else at the same time. */
    holdBatch: gate.holdBatch,
    livePurposes: gate.livePurposes,
    transaction: sql.transaction,

    welcome,
    admit,
    withdraw,
    letApp,
    endApp,
    grantOnce,
    accessEnded,
    erase,
    bankLeaves,
    diary,
    ownCopy: createOwnCopy({ sql, gate, comings, diary, consents, people, log }),

    /** Seals words that are the person's own but no bank's (what they typed) under their chat key; erased with them. */
    async sealWords(personId: string, context: string, words: Private<string>): Promise<Buffer> {
      const key = await keyring.chatKey(personId)
      return seal(key, chatContext(personId, context), Buffer.from(reveal(words)), random)
    },

    /** Throws `key-shredded` once the person is erased. */
    async unsealWords(personId: string, context: string, sealed: Buffer): Promise<Private<string>> {
      const key = await keyring.chatKey(personId)
      return new Private(unseal(key, chatContext(personId, context), sealed).toString())
    },

    /** Opens words that the person addressed to people at their bank, for one of those. Logged in that link's diary first. */
    async openHanded(
      ask: { personId: string; linkId: string; actor: Actor; what: string },
      words: readonly { context: string; sealed: Buffer }[],
    ): Promise<Private<string>[]> {
      const key = await gate.releaseHanded(ask)
      return words.map(
        ({ context, sealed }) =>
          new Private(unseal(key, chatContext(ask.personId, context), sealed).toString()),
      )
    },

    /**
     * Before serving: refuses to run as an owner or superuser, replays the shreds against the key store, and moves
     * living keys to the current epoch.
     */
    async start(): Promise<void> {
      const [role] = await sql.query<{ strong: boolean }>(
        `select rolsuper or rolbypassrls or exists (
           select from pg_namespace where nspname = 'vault' and nspowner = pg_roles.oid) as strong
         from pg_roles where rolname = current_user`,
      )
      if (role?.strong !== false) throw new Fault('role-too-strong')
      await comings.replayShreds()
      await keyring.rotate()
    },

    /** Run once a day: wraps living keys under the current epoch and destroys older key-encryption keys. */
    rotateKeys: keyring.rotate,
  }
}
