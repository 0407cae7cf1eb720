import type { OpenedStatement, StatementFormat, StatementSource } from '#intake'
import { Fault } from '#kit'
import { readCamt053 } from './camt053/read.ts'
import { readCsv } from './csv/read.ts'
import { identify } from './identity.ts'
import { inspect } from './inspect.ts'
import { type Mapping, mappingFor } from './mapping.ts'
import { readMt940 } from './mt940/read.ts'
import { readOfx } from './ofx/read.ts'
import type { ParsedEvent } from './parsed.ts'
import { readQif } from './qif/read.ts'
import { decoded, linesOf } from './text.ts'

/**
 * Opens a statement file: recognises it and reads it through once. `asked` names a format where it must not be guessed; a
 * mapping names its own. Throws a fault whose detail says what stands in the way, never what stood in the file.
 */
export async function openStatement(
  source: StatementSource,
  options: { format: StatementFormat | null; mapping: Mapping | null; bytesMax: number },
): Promise<OpenedStatement> {
  if (source.bytes > options.bytesMax)
    throw new Fault('statement-too-large', {
      detail: `${inMebibytes(source.bytes)} MiB; at most ${inMebibytes(options.bytesMax)}`,
    })
  if (options.format === 'csv' && !options.mapping) mappingFor('csv', null)
  const asked = options.format ?? (options.mapping?.format === 'csv' ? 'csv' : null)
  const { encoding, format, version, sha256, bytes } = await inspect(source, asked)
  const mapping = mappingFor(format, options.mapping)
  const written = 'encoding' in mapping ? (mapping.encoding ?? encoding) : encoding
  return {
    format,
    version,
    sha256,
    bytes,
    read(onProgress) {
      const text = decoded(source.open(), written, onProgress)
      return identify(renamed(eventsOf(text, mapping, version), mapping.accounts ?? {}), mapping.identity)
    },
  }
}

function eventsOf(
  text: AsyncIterable<string>,
  mapping: Mapping,
  version: string,
): AsyncIterable<ParsedEvent> {
  switch (mapping.format) {
    case 'camt053':
      return readCamt053(text, version)
    case 'mt940':
      return readMt940(linesOf(text))
    case 'ofx':
      return readOfx(text, version, mapping.signs)
    case 'qif':
      return readQif(linesOf(text), mapping)
    case 'csv':
      return readCsv(text, mapping)
  }
}

/** Accounts by the names that the bank's API has for them, where the mapping tells. */
async function* renamed(
  events: AsyncIterable<ParsedEvent>,
  accounts: Record<string, string>,
): AsyncGenerator<ParsedEvent> {
  const names = new Map(Object.entries(accounts))
  for await (const event of events) {
    if (event.kind !== 'begin') yield event
    else {
      const own = event.accountNumbers.flatMap((number) => names.get(number) ?? [])
      yield { ...event, accountNumbers: [...new Set([...own, ...event.accountNumbers])] }
    }
  }
}

const inMebibytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024)
