import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#kit'
import { secretFilesOf } from './bank-secrets.ts'
import { type BankProfile, parseProfile } from './profile.ts'
import { requireReadable } from './readers.ts'

/** A file of the banks folder: its profile and the secret files that are not there, or what is wrong with it. */
export type KnownBank =
  | { file: string; profile: BankProfile; lacks: string[] }
  | { file: string; profile: null; wrong: string }

/** Every file of the banks folder by itself, so that one that is wrong does not hide the others. */
export async function surveyBanks(banksFolder: string, keysFolder: string): Promise<KnownBank[]> {
  const names = (await readdir(banksFolder)).filter((name) => name.endsWith('.json')).sort()
  return await Promise.all(
    names.map(async (file): Promise<KnownBank> => {
      try {
        const profile = parseProfile(file, await readFile(join(banksFolder, file), 'utf8'))
        requireReadable(profile)
        return { file, profile, lacks: await lackingFiles(profile, keysFolder) }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return { file, profile: null, wrong: error.detail ?? error.code }
      }
    }),
  )
}

/** The files that a profile names and that are not there, with their folder. */
export async function lackingFiles(profile: BankProfile, keysFolder: string): Promise<string[]> {
  const paths = secretFilesOf(profile).map((name) => join(keysFolder, 'banks', name))
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return paths.filter((_path, i) => !there[i])
}
