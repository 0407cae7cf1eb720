import { readFile } from 'node:fs/promises'
import { explainReport, verifyFile } from '#accesslog'
import { Fault, type Locale } from '#kit'

/** Larger than any person's file: two years of reads are a few megabytes. */
const FILE_BYTES_MAX = 512 * 1024 * 1024

/** Checks a downloaded file without any network, and says in plain words what it proves. Exits 1 when it does not hold. */
export async function verify(
  path: string,
  options: { key?: string; witness?: string[]; lang: Locale; json?: boolean },
): Promise<void> {
  const text = await readText(path)
  const report = await verifyFile(text, {
    ...(options.key !== undefined && { vkey: await readKey(options.key) }),
    ...(options.witness && { witnesses: options.witness }),
  })
  console.log(options.json ? JSON.stringify(report, null, 2) : explainReport(report, options.lang).trimEnd())
  if (!report.ok) process.exitCode = 1
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > FILE_BYTES_MAX)
      throw new Fault('request-malformed', { detail: `${path} is too large` })
    return bytes.toString('utf8')
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('not-found', { cause, detail: `${path} cannot be read` })
  }
}

/** A vkey looks like `name+hash+base64`; anything else is the name of a file that holds one. */
async function readKey(given: string): Promise<string> {
  return /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(given) ? given : (await readText(given)).trim()
}
