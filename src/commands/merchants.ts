import { resolveMerchant } from '#merchants'
import { answerEachLine, asField } from './lines.ts'

/**
 * Writes one line for each line of `path` (`-` is the standard input), in its order: the descriptor, its merchant (empty
 * where none is known), the kind of spending, and the confidence in both from 0 to 1.
 */
export const resolveMerchants = (path: string): Promise<void> => answerEachLine(path, answerTo)

function answerTo(descriptor: string): string {
  const { merchant, category, isNamed, confidence } = resolveMerchant(descriptor)
  return `${asField(descriptor)}\t${isNamed ? merchant : ''}\t${category}\t${confidence.toFixed(2)}`
}
