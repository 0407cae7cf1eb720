import { parseArgs } from 'node:util'
import { alertBench } from './alert.ts'
import { answerBench } from './answer.ts'
import { backfillBench } from './backfill.ts'
import { ownDetector } from './fraud/detector.ts'
import { createFraudBench } from './fraud/index.ts'
import { freedBench } from './freed.ts'
import { logBench } from './log.ts'
import type { Bench, Measure } from './measure.ts'
import { merchantsBench } from './merchants.ts'
import { pipelineBench } from './pipeline.ts'
import { startBench } from './start.ts'
import { replayBench } from './sync/replay.ts'
import { understandingBench } from './understanding.ts'
import { webhookBench } from './webhook.ts'

const BENCHES: Bench[] = [
  logBench,
  pipelineBench,
  answerBench,
  alertBench,
  freedBench,
  webhookBench,
  startBench,
  merchantsBench,
  understandingBench,
  replayBench,
  backfillBench,
  createFraudBench(ownDetector),
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const known = BENCHES.flatMap((bench) => bench.names)

if (values.help) {
  console.log(`npm run bench -- [NAME ...] [--json] [--data FILE]\n\nNames: ${known.join(', ')}`)
  process.exit(0)
}
for (const wanted of positionals) {
  if (!known.some((name) => name === wanted || name.startsWith(`${wanted}.`))) {
    console.error(`There is no benchmark ${wanted}. There are: ${known.join(', ')}`)
    process.exit(2)
  }
}

/** What a name asks for beside itself: finding fraud is only worth what the pipeline can take. */
const ALSO: Record<string, string[]> = { fraud: ['pipeline'] }

const asked = positionals.flatMap((name) => [name, ...(ALSO[name] ?? [])])
const isWanted = (name: string) =>
  asked.length === 0 || asked.some((wanted) => name === wanted || name.startsWith(`${wanted}.`))

for (const bench of BENCHES) {
  if (!bench.names.some(isWanted)) continue
  const measures = await bench.run(
    (line) => {
      if (!values.json) process.stderr.write(`  ${line}\n`)
    },
    {
      isWanted,
      show: (table) => {
        if (!values.json) console.log(`\n${table}\n`)
      },
      dataFile: values.data ?? null,
    },
  )
  for (const measure of measures.filter(({ name }) => isWanted(name))) print(measure)
}

function print({ name, value, unit, against }: Measure): void {
  const ratio = against === null ? null : value / against.value
  if (values.json) {
    console.log(
      JSON.stringify({ name, value, unit, against: against && `${against.what}: ${against.value}`, ratio }),
    )
    return
  }
  const beside = against
    ? `   ${against.what}: ${figure(against.value)} ${unit}   ratio ${ratio!.toFixed(2)}`
    : ''
  console.log(`${name.padEnd(19)} ${figure(value).padStart(10)} ${unit}${beside}`)
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(value < 1 ? 4 : 2)
}
