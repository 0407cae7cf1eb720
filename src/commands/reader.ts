import { readFile } from 'node:fs/promises'
import type { Settings } from '#config'
import { Fault } from '#kit'
import { openDesk } from '../guichet.ts'

type NewReader = { name: string; redirect: string[]; jwks?: string; jwksUri?: string; face: string[] }

/** Adds an app that people may choose to let read. That alone lets it read nothing. */
export async function addReader(settings: Settings, given: NewReader): Promise<void> {
  const { name, redirect, jwks, jwksUri, face } = given
  const asked = {
    name,
    redirectUris: redirect,
    faces: face,
    ...(jwks === undefined ? {} : { jwks: await readKeys(jwks) }),
    ...(jwksUri === undefined ? {} : { jwksUri }),
  }
  await using desk = await openClosing(settings)
  const { id } = await desk.readers.add(asked)
  console.log(`${id} is its client id. It reads nothing until a person chooses it.`)
  console.log(`Its authorization server is ${new URL('/oauth', settings.publicUrl).href}`)
}

/** Prints the apps of the installation, the newest first. */
export async function listReaders(settings: Settings): Promise<void> {
  await using desk = await openClosing(settings)
  const readers = await desk.readers.list()
  if (readers.length === 0) console.log('There is no app: nobody outside can ask to read.')
  for (const { id, name, faces, addedAt, withdrawnAt } of readers) {
    const state = withdrawnAt === null ? 'open' : 'withdrawn'
    const day = new Date(addedAt).toISOString().slice(0, 10)
    console.log(`${id}  ${state.padEnd(9)}  ${day}  ${faces.join(',').padEnd(6)}  ${name}`)
  }
}

/** Has an app out: whatever people allowed it ends at once. */
export async function withdrawReader(settings: Settings, id: string): Promise<void> {
  await using desk = await openClosing(settings)
  const { ended } = await desk.readers.withdraw(id)
  console.log(
    `${id} is out. It could read for ${ended} ${ended === 1 ? 'person' : 'people'}, and no longer can.`,
  )
}

async function readKeys(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  })
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes its input, which may be a private key.
    throw new Fault('file-unreadable', { detail: `${path} is not JSON` })
  }
}

async function openClosing(settings: Settings) {
  const desk = await openDesk(settings)
  return { ...desk, [Symbol.asyncDispose]: () => desk.close() }
}
