import type { ReactNode } from 'react'
import type { MessageJson } from '../../../src/http/api.ts'
import { Alert } from './alert.tsx'
import type { KindProps } from './content.tsx'
import { Line } from './line.tsx'
import { Plain } from './plain.tsx'
import { Refusal } from './refusal.tsx'

/** How each kind of message is drawn: one file a kind. A kind without one does not compile. */
export const KINDS: Record<MessageJson['kind'], (props: KindProps) => ReactNode> = {
  plain: Plain,
  refusal: Refusal,
  alert: Alert,
  line: Line,
}
