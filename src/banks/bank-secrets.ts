import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Agent, fetch as fetchWith } from 'undici'
import { Fault, Secret } from '#kit'
import type { BankProfile } from './profile.ts'

/** What proves to one bank that we are its client, beside the keys that all banks know us by. */
export type BankSecrets = {
  clientSecret: Secret | null
  tls: { certificate: string; key: Secret } | null
  /** Signs requests to the API. */
  signingKey: Secret | null
  /** Signs what we say to the authorization server, at a bank that does not take our own key for it. */
  clientKey: Secret | null
}

export const NO_SECRETS: BankSecrets = { clientSecret: null, tls: null, signingKey: null, clientKey: null }

/** The files that a profile names, in the folder `banks` of the keys folder. */
export function secretFilesOf({ authorisation: way }: BankProfile): string[] {
  if (way.kind === 'fapi2') return []
  return [
    way.clientSecret,
    way.mtls?.certificate,
    way.mtls?.key,
    way.signature?.key,
    way.clientKey?.key,
  ].filter((name) => name !== undefined)
}

/** Reads the secrets of every bank, by its id. Throws `setting-wrong` naming the bank and the file, never what is in it. */
export async function loadBankSecrets(
  keysFolder: string,
  profiles: readonly BankProfile[],
): Promise<ReadonlyMap<string, BankSecrets>> {
  const folder = join(keysFolder, 'banks')
  const found = new Map<string, BankSecrets>()
  for (const { id, authorisation: way } of profiles) {
    if (way.kind === 'fapi2') continue
    const read = async (name: string) => {
      const text = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
        throw new Fault('setting-wrong', {
          cause,
          detail: `${id}.json names the file ${name}, which cannot be read in ${folder}`,
        })
      })
      if (text.trim() === '')
        throw new Fault('setting-wrong', {
          detail: `${join(folder, name)}, which ${id}.json names, is empty`,
        })
      return text.trim()
    }
    const secret = async (name: string | undefined) =>
      name === undefined ? null : new Secret(await read(name))
    found.set(id, {
      clientSecret: await secret(way.clientSecret),
      tls: way.mtls
        ? { certificate: await read(way.mtls.certificate), key: new Secret(await read(way.mtls.key)) }
        : null,
      signingKey: await secret(way.signature?.key),
      clientKey: await secret(way.clientKey?.key),
    })
  }
  return found
}

/**
 * A `fetch` that shows our certificate to the bank: the one built into Node cannot be given one. The bank's own certificate is
 * checked as always; `trust` is for a test's.
 */
export function fetchWithCertificate(
  { certificate, key }: NonNullable<BankSecrets['tls']>,
  trust: { ca?: string; servername?: string } = {},
) {
  const dispatcher = new Agent({ connect: { cert: certificate, key: key.reveal(), ...trust } })
  const show = (url: string, init: object) => fetchWith(url, { ...init, dispatcher })
  return show as unknown as typeof globalThis.fetch
}
