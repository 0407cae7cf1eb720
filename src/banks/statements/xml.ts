import { SaxesParser, type SaxesTagNS } from 'saxes'
import { cutShort, malformed } from './parsed.ts'

/** Real files are fifteen deep at most. */
const DEPTH_MAX = 60
/** No text of a statement is longer; what is would fill the memory. */
const TEXT_LENGTH_MAX = 64 * 1024

/** What a document says, piece by piece: an element opens, or closes with the text that stood directly in it. */
export type XmlPiece =
  | { kind: 'open'; name: string; uri: string; attributes: Record<string, string>; line: number }
  | { kind: 'close'; name: string; text: string; line: number }

/**
 * Reads XML as it comes. Documents with a DTD are refused, so that none can define entities or name files; only the five
 * entities of XML itself mean anything. Throws `statement-malformed` at the first fault, `statement-cut-short` at an early end.
 */
export async function* readXml(pieces: AsyncIterable<string>): AsyncGenerator<XmlPiece> {
  const parser = new SaxesParser({ xmlns: true, position: true })
  /** Of each open element what stood directly in it; null once it has a child, since nothing is said between children. */
  const texts: (string | null)[] = []
  let ready: XmlPiece[] = []
  let fault: Error | null = null
  let isEnd = false
  const fail = (what: string) => {
    fault ??= malformed(parser.line, what)
  }
  parser.on('error', (error) => {
    fault ??=
      isEnd || /unexpected end|unclosed/.test(error.message)
        ? cutShort('the XML ends before its elements are closed')
        : // The library's words quote the document; where it stopped is enough.
          malformed(parser.line, 'this is not well-formed XML')
  })
  parser.on('doctype', () => fail('a document type is declared, and none is allowed'))
  parser.on('opentag', ({ local, uri, attributes }: SaxesTagNS) => {
    if (texts.length > 0) texts[texts.length - 1] = null
    if (texts.push('') > DEPTH_MAX) fail('elements are nested too deeply')
    const plain = Object.fromEntries(Object.values(attributes).map((one) => [one.local, one.value]))
    ready.push({ kind: 'open', name: local, uri, attributes: plain, line: parser.line })
  })
  const hear = (text: string) => {
    const before = texts.at(-1)
    if (before === undefined || before === null) return
    const all = before + text
    if (all.length > TEXT_LENGTH_MAX) fail('a text is too long')
    else texts[texts.length - 1] = all
  }
  parser.on('text', hear)
  parser.on('cdata', hear)
  parser.on('closetag', ({ local }: SaxesTagNS) => {
    ready.push({ kind: 'close', name: local, text: (texts.pop() ?? '').trim(), line: parser.line })
  })

  let sinceProgress = 0
  for await (const piece of pieces) {
    parser.write(piece)
    sinceProgress = ready.length > 0 ? 0 : sinceProgress + piece.length
    // The library gathers a text or an attribute whole before it tells of it.
    if (sinceProgress > 16 * TEXT_LENGTH_MAX) fail('a text is too long')
    if (fault) throw fault
    yield* ready
    ready = []
  }
  isEnd = true
  parser.close()
  if (fault) throw fault
  yield* ready
}
