import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

/** Both are plain JavaScript that runs in any browser. */
const LIBRARIES = ['canonicalize', 'zod/mini']

test('what checks proofs in the browser needs nothing that only the server has', async () => {
  const folder = import.meta.dirname
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  assert.ok(files.length > 5)
  for (const file of files) {
    const source = await readFile(join(folder, file), 'utf8')
    for (const [, from] of source.matchAll(/from '([^']+)'/g))
      assert.ok(from!.startsWith('./') || LIBRARIES.includes(from!), `${file} imports ${from}`)
    assert.doesNotMatch(source, /\b(Buffer|process|require)\b(?!`)/, `${file} uses what browsers lack`)
  }
})
