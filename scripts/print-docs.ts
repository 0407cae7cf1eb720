/** Prints the settings, the errors and the contract of card events into docs/ from the code: `node scripts/print-docs.ts`. */
import { writeFile } from 'node:fs/promises'
import { printedPages } from './printed-pages.ts'

for (const [path, text] of printedPages()) await writeFile(path, text)
