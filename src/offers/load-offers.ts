import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#kit'
import { type OfferFile, offerFileSchema } from './offer-file.ts'

/**
 * Reads every `<bankId>.json` of a folder; a folder that does not exist holds no offers. Throws `setting-wrong` naming
 * the file and the field at fault: a file is either used whole or not at all.
 */
export async function loadOffers(folder: string): Promise<OfferFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files: OfferFile[] = []
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    files.push(parseOfferFile(name, await readFile(join(folder, name), 'utf8')))
  }
  return files
}

/** One offers file, checked. `name` is its file name, which must be the bank's id. */
export function parseOfferFile(name: string, text: string): OfferFile {
  const wrong = (detail: string) => new Fault('setting-wrong', { detail: `offers file ${name}: ${detail}` })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw wrong(`it is not JSON (${(error as Error).message})`)
  }
  const parsed = offerFileSchema.safeParse(json)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}`)
    throw wrong(lines.join('; '))
  }
  if (name !== `${parsed.data.bankId}.json`) {
    throw wrong(`its "bankId" is "${parsed.data.bankId}", so it should be named ${parsed.data.bankId}.json`)
  }
  return parsed.data
}

/** `["offers", 0, "title", "fr"]` → `offers[0].title.fr` */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return place.replace(/^\./, '') || 'the file'
}
