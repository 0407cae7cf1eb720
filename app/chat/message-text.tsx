import { type TextBlock, textBlocks } from './text-blocks.ts'

/** A message's sentences. */
export function MessageText({ text }: { text: string }) {
  return textBlocks(text).map((block, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: blocks of a text never move.
    <Block key={`${place} ${block.type}`} block={block} />
  ))
}

function Block({ block }: { block: TextBlock }) {
  if (block.type === 'lines') return <p className="said">{block.lines.join('\n')}</p>
  return (
    <ul className="said">
      {block.items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  )
}
