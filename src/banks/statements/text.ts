import { Fault } from '#kit'
import { malformed } from './parsed.ts'

/** The encodings that statement files come in. UTF-16 always brings its mark of byte order. */
export const ENCODINGS = ['utf-8', 'windows-1252', 'iso-8859-15', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** A line of a statement file is seldom longer than 400 characters; a file of one line is of another kind. */
const LINE_LENGTH_MAX = 64 * 1024

/** The text of a file, decoded piece by piece; a mark of byte order at its start is left off. */
export async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  onProgress?: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: encoding !== 'windows-1252' })
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      yield decoder.decode(chunk, { stream: true })
      onProgress?.(bytes)
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Fault('statement-malformed', { detail: `it says it is ${encoding.toUpperCase()} and is not` })
  }
}

export type Line = { number: number; text: string }

/** The lines of a text, without their ends (LF, CRLF or CR), numbered from 1. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = ''
  let number = 1
  for await (const piece of pieces) {
    const text = rest + piece
    // A CR at the end of a piece may be half of a CRLF.
    const held = text.endsWith('\r') ? 1 : 0
    const lines = text.slice(0, text.length - held).split(/\r\n|\n|\r/)
    rest = lines.pop()! + (held ? '\r' : '')
    if (rest.length > LINE_LENGTH_MAX) throw malformed(number + lines.length, 'the line does not end')
    for (const line of lines) yield { number: number++, text: line }
  }
  for (const line of rest.split('\r')) if (line !== '') yield { number: number++, text: line }
}
