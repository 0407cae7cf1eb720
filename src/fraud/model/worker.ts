import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '#kit'
import type { WorkerSays } from './make-in-worker.ts'
import { type Making, makeModel } from './make-model.ts'

const say = (says: WorkerSays) => parentPort!.postMessage(says)

try {
  say({ kind: 'made', model: makeModel(workerData as Making, (done, of) => say({ kind: 'tree', done, of })) })
} catch (error) {
  if (!(error instanceof Fault)) throw error
  say({ kind: 'refused', code: error.code, detail: error.detail })
}
