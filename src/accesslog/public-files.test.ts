import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog, read } from '../../tests/fixtures/access-log.ts'
import { leafHash, rootOfHashes, split } from './hashing.ts'
import { parseCheckpoint, parseNote } from './proof/index.ts'
import { formatTileIndex, parseLogPath } from './public-files.ts'
import { createTree } from './tree.ts'

test('a public path has one spelling, and anything else names nothing', () => {
  assert.deepEqual(parseLogPath('/log/checkpoint'), { kind: 'checkpoint' })
  assert.deepEqual(parseLogPath('/log/tile/0/x001/x234/067'), {
    kind: 'tile',
    level: 0,
    index: 1_234_067,
    width: 256,
  })
  assert.deepEqual(parseLogPath('/log/tile/63/000.p/1'), { kind: 'tile', level: 63, index: 0, width: 1 })
  assert.deepEqual(parseLogPath('/log/tile/entries/x001/000.p/255'), {
    kind: 'entries',
    index: 1_000,
    width: 255,
  })
  for (const index of [0, 7, 999, 1_000, 1_234_067, 999_999_999_999])
    assert.deepEqual(parseLogPath(`/log/tile/1/${formatTileIndex(index)}`), {
      kind: 'tile',
      level: 1,
      index,
      width: 256,
    })
  const wrong = [
    '/log',
    '/log/',
    '/log/checkpoint/',
    '/log/tile/0/0',
    '/log/tile/0/00',
    '/log/tile/0/0000',
    '/log/tile/0/1000',
    '/log/tile/00/000',
    '/log/tile/01/000',
    '/log/tile/64/000',
    '/log/tile/-1/000',
    '/log/tile/0/x000/001',
    '/log/tile/0/001/002',
    '/log/tile/0/x001',
    '/log/tile/0/000.p/0',
    '/log/tile/0/000.p/256',
    '/log/tile/0/000.p/01',
    '/log/tile/0/000.p/',
    '/log/tile/0/000/',
    '/log/tile/entries/000/../../checkpoint',
    '/log/tile/data/000',
    '/log/tile/0/x001/x001/x001/x001/x001/001',
    '/log/tile/0/000\n',
    '/tile/0/000',
  ]
  for (const path of wrong) assert.equal(parseLogPath(path), null, path)
})

test('anyone can fetch the whole log and come to the root that is signed', async (t) => {
  const { log, close } = await openLog()
  t.after(close)
  assert.equal(await log.publicFile('/log/checkpoint'), null, 'nothing is signed yet')
  const size = 1_000
  await log.append(Array.from({ length: size }, (_, i) => read(`person ${i % 9}`)))
  await log.checkpoint()

  const file = async (path: string) => (await log.publicFile(path))!
  const served = await file('/log/checkpoint')
  assert.deepEqual([served.contentType, served.immutable], ['text/plain; charset=utf-8', false])
  const checkpoint = parseCheckpoint(parseNote(served.body.toString()).text)
  assert.equal(checkpoint.size, size)

  const hashes: Buffer[] = []
  const name = (i: number) => (i < 3 ? `00${i}` : `003.p/${size - 768}`)
  for (let i = 0; i < 4; i++) {
    const tile = await file(`/log/tile/0/${name(i)}`)
    const bundle = await file(`/log/tile/entries/${name(i)}`)
    assert.deepEqual([tile.contentType, tile.immutable], ['application/octet-stream', true])
    const entries = parseBundle(bundle.body)
    assert.deepEqual(Buffer.concat(entries.map(leafHash)), tile.body)
    assert.ok(
      entries.every(
        (entry) => entry.length === 49 && entry.toString('latin1').startsWith('guichet.access/1\n'),
      ),
    )
    hashes.push(...split(tile.body))
  }
  assert.deepEqual(rootOfHashes(Buffer.concat(hashes)), Buffer.from(checkpoint.root))

  const above = await file('/log/tile/1/000.p/3')
  const made = [0, 1, 2].map((i) => rootOfHashes(Buffer.concat(hashes.slice(i * 256, (i + 1) * 256))))
  assert.deepEqual(above.body, Buffer.concat(made))
  const tree = createTree(size, async (level, index, width) => {
    const suffix = width < 256 ? `.p/${width}` : ''
    return (await file(`/log/tile/${level}/${formatTileIndex(index)}${suffix}`)).body
  })
  assert.deepEqual(await tree.root(), Buffer.from(checkpoint.root))

  assert.deepEqual((await file('/log/tile/0/000.p/7')).body, Buffer.concat(hashes.slice(0, 7)))
  for (const path of [
    '/log/tile/0/003',
    '/log/tile/0/003.p/233',
    '/log/tile/1/000',
    '/log/tile/1/000.p/4',
    '/log/tile/2/000.p/1',
    '/log/tile/0/004.p/1',
    '/log/tile/63/000.p/1',
  ])
    assert.equal(await log.publicFile(path), null, path)

  await log.append([read('amina')])
  assert.equal(await log.publicFile('/log/tile/0/003.p/233'), null, 'what is not signed for is not shown')
})

function parseBundle(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bundle.length; ) {
    const length = bundle.readUInt16BE(at)
    entries.push(bundle.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return entries
}
