import type { MessageJson } from '../../../src/http/api.ts'
import { useHere } from '../../guichet.tsx'

/** A message whose content can no longer be read, saying why. */
export function Withheld({ why }: { why: NonNullable<MessageJson['withheld']> }) {
  const { words } = useHere()
  return (
    <div className="bubble withheld">
      <p className="said">{words.withheld[why]}</p>
    </div>
  )
}
