import { useEffect, useRef, useState } from 'react'
import type { MessengersJson } from '../../src/http/api.ts'
import { formatDate } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Verification } from './verification.tsx'
import { MESSENGER_WORDS } from './words.ts'

type Address = MessengersJson['addresses'][number]

/** The linked chats in the order that a warning tries them in. */
export function LinkedChats(props: {
  addresses: Address[]
  nameOf(messenger: Address['messenger']): string
  onOrder(ids: string[], said: string): Promise<void>
  onUnlink(address: Address): Promise<void>
  onVerify(address: Address): void
  onSeen(address: Address, same: boolean): void
}) {
  const { locale } = useHere()
  const words = MESSENGER_WORDS[locale]
  const { addresses, nameOf, onOrder, onUnlink, onVerify, onSeen } = props
  const list = useRef<HTMLUListElement>(null)
  const [pressed, setPressed] = useState<string | null>(null)
  const isLast = addresses.length - 1

  // biome-ignore lint/correctness/useExhaustiveDependencies: a line that moves takes the focus out of its button, whatever the order is.
  useEffect(() => {
    if (pressed) list.current?.querySelector<HTMLButtonElement>(`[data-button="${pressed}"]`)?.focus()
  }, [addresses, pressed])

  async function move(at: number, by: -1 | 1) {
    const one = addresses[at]
    const other = addresses[at + by]
    if (!one || !other) return
    const ids = addresses.map(({ id }) => id)
    ids[at + by] = one.id
    ids[at] = other.id
    setPressed(`${by} ${one.id}`)
    await onOrder(ids, words.moved(nameOf(one.messenger), String(at + by + 1)))
  }

  return (
    <section className="stack" aria-labelledby="linked-chats">
      <h2 id="linked-chats">{words.linkedTitle}</h2>
      {addresses.length === 0 && <p>{words.noLinks}</p>}
      {addresses.length > 1 && <p>{words.orderSays}</p>}
      {addresses.length > 0 && (
        <ul className="plain-list card linked-chats" ref={list}>
          {addresses.map((address, at) => {
            const name = nameOf(address.messenger)
            return (
              <li key={address.id}>
                <div>
                  <strong>{name}</strong>
                  <span className="under">{words.linkedOn(formatDate(address.linkedAt, locale))}</span>
                  {address.state === 'blocked' && <span className="tag warn">{words.blocked}</span>}
                </div>
                <div className="row">
                  {addresses.length > 1 &&
                    ([-1, 1] as const).map((by) => (
                      // Not `disabled`: that would take the focus away from who moves a line to an end.
                      <button
                        key={by}
                        type="button"
                        className="small-button"
                        data-button={`${by} ${address.id}`}
                        aria-disabled={by === -1 ? at === 0 : at === isLast}
                        onClick={() => void move(at, by)}
                      >
                        <span aria-hidden="true">{by === -1 ? '↑' : '↓'}</span>
                        {by === -1 ? words.up : words.down}
                        <span className="hidden-text"> {name}</span>
                      </button>
                    ))}
                  <button type="button" className="small-button" onClick={() => void onUnlink(address)}>
                    {words.unlink}
                    <span className="hidden-text"> {name}</span>
                  </button>
                </div>
                {address.verification && (
                  <Verification
                    seen={address.verification}
                    name={name}
                    onBegin={() => onVerify(address)}
                    onSeen={(same) => onSeen(address, same)}
                  />
                )}
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
