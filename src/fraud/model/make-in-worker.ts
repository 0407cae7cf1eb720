import { Worker } from 'node:worker_threads'
import { Fault, type FaultCode } from '#kit'
import type { Making } from './make-model.ts'
import type { Model } from './model-file.ts'

/** What the worker says while it works, and in the end. */
export type WorkerSays =
  | { kind: 'tree'; done: number; of: number }
  | { kind: 'made'; model: Omit<Model, 'id'> }
  | { kind: 'refused'; code: FaultCode; detail: string | undefined }

/**
 * `makeModel` in a thread of its own, so that the house goes on answering. Throws what it throws, and the signal's reason
 * when it is aborted.
 */
export function makeInWorker(
  making: Making,
  options: { signal?: AbortSignal; onTree?: (done: number, of: number) => void } = {},
): Promise<Omit<Model, 'id'>> {
  const { signal, onTree } = options
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: making })
    const stop = () => {
      void worker.terminate()
      reject(signal!.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
    worker.on('message', (says: WorkerSays) => {
      if (says.kind === 'tree') onTree?.(says.done, says.of)
      else if (says.kind === 'made') resolve(says.model)
      else reject(new Fault(says.code, says.detail === undefined ? {} : { detail: says.detail }))
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      signal?.removeEventListener('abort', stop)
      // After a result this changes nothing.
      reject(new Error('the training thread ended without a result'))
    })
  })
}
