/** A run of plain lines, or a list: what a message's text is made of. */
export type TextBlock = { type: 'lines'; lines: string[] } | { type: 'list'; items: string[] }

const BULLET = /^[•–-]\s+/

/** Splits a message's text into paragraphs and lists, so that a list is read out as one. Nothing is left out. */
export function textBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = []
  for (const line of text.split('\n')) {
    const last = blocks.at(-1)
    if (BULLET.test(line)) {
      const item = line.replace(BULLET, '')
      if (last?.type === 'list') last.items.push(item)
      else blocks.push({ type: 'list', items: [item] })
    } else if (line.trim() === '') {
      // An empty line ends a paragraph.
      if (last?.type === 'lines') blocks.push({ type: 'lines', lines: [] })
    } else if (last?.type === 'lines') last.lines.push(line)
    else blocks.push({ type: 'lines', lines: [line] })
  }
  return blocks.filter((block) => block.type === 'list' || block.lines.length > 0)
}
