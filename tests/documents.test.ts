import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { test } from 'node:test'
import { printedPages } from '../scripts/printed-pages.ts'

for (const [path, text] of printedPages()) {
  test(`docs/${basename(path)} says what the code does`, async () => {
    assert.equal(await readFile(path, 'utf8'), text, 'print it again: node scripts/print-docs.ts')
  })
}
