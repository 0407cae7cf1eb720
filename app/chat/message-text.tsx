import { type TextBlock, textBlocks } from './text-blocks.ts'

/** A case number, which is read out and copied as one word. */
const CASE_NUMBER = /(\bG-[0-9A-Z]{4}-[0-9A-Z]{2}\b)/

/** A message's sentences. */
export function MessageText({ text }: { text: string }) {
  return textBlocks(text).map((block, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: blocks of a text never move.
    <Block key={`${place} ${block.type}`} block={block} />
  ))
}

function Block({ block }: { block: TextBlock }) {
  if (block.type === 'lines') {
    return (
      <p className="said">
        <Words text={block.lines.join('\n')} />
      </p>
    )
  }
  return (
    <ul className="said">
      {block.items.map((item) => (
        <li key={item}>
          <Words text={item} />
        </li>
      ))}
    </ul>
  )
}

/** Text whose case numbers are not broken at their hyphens. */
function Words({ text }: { text: string }) {
  const parts = text.split(CASE_NUMBER)
  if (parts.length === 1) return text
  return parts.map((part, place) =>
    CASE_NUMBER.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text never move.
      <span key={`${place} ${part}`} className="unbroken">
        {part}
      </span>
    ) : (
      part
    ),
  )
}
