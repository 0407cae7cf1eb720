/** A table as text: the first column flush left, figures flush right. */
export function drawTable(title: string, header: string[], rows: string[][]): string {
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => (row[i] ?? '').length)))
  const line = (row: string[]) =>
    `  ${header
      .map((_, i) => (i === 0 ? (row[i] ?? '').padEnd(widths[i]!) : (row[i] ?? '').padStart(widths[i]!)))
      .join('  ')}`.trimEnd()
  return [title, line(header), `  ${'─'.repeat(line(header).length - 2)}`, ...rows.map(line)].join('\n')
}
