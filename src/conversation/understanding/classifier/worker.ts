import { parentPort } from 'node:worker_threads'
import { ownModel } from './kept-model.ts'

parentPort!.postMessage(ownModel())
