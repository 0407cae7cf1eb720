import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Fault } from '#kit'

/** More without a line's end is another kind of file, which would fill the memory. */
const LINE_LENGTH_MAX = 65_536

/** So many characters of answers are written at once. */
const BATCH_LENGTH = 65_536

/** What would end a field or a line, or speak to the terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu

/** A text as one field of a line. */
export const asField = (text: string): string => text.replace(CONTROL, ' ')

/**
 * Writes one line for each line of `path` (`-` is the standard input), in its order. Throws `file-unreadable` for a file
 * that cannot be read and `file-malformed` for one that is not lines of text.
 */
export async function answerEachLine(path: string, answerTo: (line: string) => string): Promise<void> {
  const source = path === '-' ? process.stdin : createReadStream(path)
  const output = process.stdout
  try {
    await pipeline(source, (chunks) => answers(linesOf(chunks as AsyncIterable<Buffer>), answerTo), output, {
      end: false,
    })
  } catch (cause) {
    // Whoever read the answers has read enough: `guichet … rows.txt | head`.
    if ((cause as NodeJS.ErrnoException).code === 'EPIPE') return
    if (cause instanceof Fault || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  }
}

async function* answers(
  lines: AsyncIterable<string>,
  answerTo: (line: string) => string,
): AsyncGenerator<string> {
  let batch = ''
  for await (const line of lines) {
    batch += `${answerTo(line)}\n`
    if (batch.length < BATCH_LENGTH) continue
    yield batch
    batch = ''
  }
  if (batch !== '') yield batch
}

/** The lines of a stream of UTF-8, whole, without their ends; a mark of byte order at the start is left off. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let number = 0
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop()!
    if (rest.length > LINE_LENGTH_MAX)
      throw new Fault('file-malformed', {
        detail: `line ${number + lines.length + 1} is longer than ${LINE_LENGTH_MAX} characters: not a list of lines`,
      })
    number += lines.length
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  rest += decoder.decode()
  if (rest !== '') yield rest.replace(/\r$/, '')
}
