import { createHash } from 'node:crypto'
import type { StatementFormat, StatementSource } from '#intake'
import { Fault } from '#kit'
import type { Encoding } from './text.ts'

/** How much of the beginning is looked at: a camt file may begin with a long comment, its namespace comes soon after. */
const HEAD_BYTES = 16 * 1024

export type Inspected = {
  format: StatementFormat
  version: string
  encoding: Encoding
  sha256: string
  bytes: number
}

/**
 * Reads a file once: its hash, its encoding, and its format by what it says, never by its name. `asked` is a format that
 * somebody named; CSV is never recognised, since anything is CSV. Throws a statement fault with what was found instead.
 */
export async function inspect(source: StatementSource, asked: StatementFormat | null): Promise<Inspected> {
  const hash = createHash('sha256')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let head = Buffer.alloc(0)
  let bytes = 0
  let isUtf8 = true
  for await (const chunk of source.open()) {
    hash.update(chunk)
    bytes += chunk.length
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
    if (isUtf8) isUtf8 = succeeds(() => utf8.decode(chunk, { stream: true }))
  }
  if (isUtf8) isUtf8 = succeeds(() => utf8.decode())

  refuseOtherKinds(head)
  const encoding = encodingOf(head, isUtf8)
  const text = new TextDecoder(encoding).decode(head)
  if (text.trim() === '') throw new Fault('statement-empty', { detail: `the file has ${bytes} bytes` })
  const found = recognise(text)
  if (asked && found?.format !== asked && asked !== 'csv')
    throw new Fault('statement-unrecognised', {
      detail: found ? `this is ${found.version}, not ${asked}` : `nothing in it says that it is ${asked}`,
    })
  const known = asked === 'csv' ? { format: asked, version: 'CSV' } : found
  if (!known) throw new Fault('statement-unrecognised', { detail: 'neither CAMT.053, MT940, OFX nor QIF' })
  return { ...known, encoding, sha256: hash.digest('hex'), bytes }
}

const KINDS: [string, string][] = [
  ['504b0304', 'a ZIP archive'],
  ['504b0506', 'an empty ZIP archive'],
  ['1f8b', 'a gzip archive'],
  ['377abcaf271c', 'a 7z archive'],
  ['25504446', 'a PDF document'],
  ['d0cf11e0', 'an old Microsoft Office document'],
]

function refuseOtherKinds(head: Buffer): void {
  const start = head.subarray(0, 8).toString('hex')
  const kind = KINDS.find(([magic]) => start.startsWith(magic))
  if (kind) throw new Fault('statement-archive', { detail: `this is ${kind[1]}` })
}

function encodingOf(head: Buffer, isUtf8: boolean): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  // Text of another encoding is hardly ever valid UTF-8 by chance, and headers are often wrong: the bytes decide.
  if (isUtf8) return 'utf-8'
  const latin = head.toString('latin1')
  const declared = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]+)["']/.exec(latin)?.[1]?.toLowerCase()
  if (declared === undefined) {
    if (/^\s*(<\?xml|<(\w+:)?Document\b)/.test(latin))
      throw new Fault('statement-malformed', {
        detail: 'XML that names no encoding is UTF-8, and this is not',
      })
    return 'windows-1252'
  }
  if (/^(windows-1252|cp1252|iso-8859-1|latin1|us-ascii)$/.test(declared)) return 'windows-1252'
  if (declared === 'iso-8859-15') return 'iso-8859-15'
  throw new Fault('statement-malformed', { detail: `it says it is ${declared.toUpperCase()} and is not` })
}

function recognise(text: string): { format: StatementFormat; version: string } | null {
  const start = text.trimStart()
  if (start.startsWith('<') && !start.startsWith('<OFX')) {
    if (/<\?OFX\b/.test(start)) return { format: 'ofx', version: 'OFX 2' }
    const message = /urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})/.exec(start)?.[1]
    if (message && /^camt\.053\.001\.0[2-8]$/.test(message)) return { format: 'camt053', version: message }
    if (message)
      throw new Fault('statement-unrecognised', {
        detail: `this is ${message}; of ISO 20022, camt.053.001.02 to .08 are read`,
      })
    return null
  }
  if (/^OFXHEADER\s*:/.test(start) || start.startsWith('<OFX'))
    return { format: 'ofx', version: start.startsWith('<OFX') ? 'OFX' : 'OFX 1' }
  if (/^!(Type:|Account|Option:|Clear:)/i.test(start)) return { format: 'qif', version: 'QIF' }
  if (/^(\{1:|:20:|-?\s*:20:|\{\d:)/.test(start) || /^:20:/m.test(text.slice(0, 2_000))) {
    const type = /\{2:[IO](\d{3})/.exec(start)?.[1]
    if (type && type !== '940')
      throw new Fault('statement-unrecognised', { detail: `this is MT${type}; of SWIFT, MT940 is read` })
    return { format: 'mt940', version: 'MT940' }
  }
  return null
}

function succeeds(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}
