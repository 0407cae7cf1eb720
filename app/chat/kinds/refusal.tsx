import { Content, type KindProps } from './content.tsx'

/** A question that may not be answered, with the way to allow it. */
export function Refusal(props: KindProps) {
  return (
    <div className="bubble refusal">
      <Content {...props} />
    </div>
  )
}
