import { Content, type KindProps } from './content.tsx'

/** What anybody says: a question, an answer. */
export function Plain(props: KindProps) {
  return (
    <div className="bubble">
      <Content {...props} />
    </div>
  )
}
