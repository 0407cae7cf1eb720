/** Trains the classifier of questions and keeps it under dist/, as the first start would. */
import { ownModel } from '../src/conversation/understanding/classifier/kept-model.ts'

ownModel()
