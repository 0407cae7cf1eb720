import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Fault } from '#kit'
import { resolveMerchant } from '#merchants'

/** A descriptor has under 140 characters: more without a line's end is another kind of file, which would fill the memory. */
const LINE_LENGTH_MAX = 65_536

/** So many characters of answers are written at once. */
const BATCH_LENGTH = 65_536

/** What would end a field or a line, or speak to the terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu

/**
 * Writes one line for each line of `path` (`-` is the standard input), in its order: the descriptor, its merchant (empty
 * where none is known), the kind of spending, and the confidence in both from 0 to 1. Throws `file-unreadable` for a file
 * that cannot be read and `file-malformed` for one that is not lines of text.
 */
export async function resolveMerchants(path: string): Promise<void> {
  const source = path === '-' ? process.stdin : createReadStream(path)
  const output = process.stdout
  try {
    await pipeline(source, (chunks) => answers(linesOf(chunks as AsyncIterable<Buffer>)), output, {
      end: false,
    })
  } catch (cause) {
    // Whoever read the answers has read enough: `guichet merchants resolve rows.txt | head`.
    if ((cause as NodeJS.ErrnoException).code === 'EPIPE') return
    if (cause instanceof Fault || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new Fault('file-unreadable', { cause, detail: `${path} cannot be read` })
  }
}

async function* answers(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let batch = ''
  for await (const line of lines) {
    batch += answerTo(line)
    if (batch.length < BATCH_LENGTH) continue
    yield batch
    batch = ''
  }
  if (batch !== '') yield batch
}

function answerTo(descriptor: string): string {
  const { merchant, category, isNamed, confidence } = resolveMerchant(descriptor)
  const shown = descriptor.replace(CONTROL, ' ')
  return `${shown}\t${isNamed ? merchant : ''}\t${category}\t${confidence.toFixed(2)}\n`
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
        detail: `line ${number + lines.length + 1} is longer than ${LINE_LENGTH_MAX} characters: not a list of descriptors`,
      })
    number += lines.length
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  rest += decoder.decode()
  if (rest !== '') yield rest.replace(/\r$/, '')
}
