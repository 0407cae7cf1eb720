import { useEffect, useRef, useState } from 'react'
import type { MessengersJson } from '../../src/http/api.ts'
import { get, remove } from '../api.ts'
import { formatMoment } from '../format.ts'
import { useHere } from '../guichet.tsx'
import { Problem } from '../parts/problem.tsx'
import { type Device, lookAtDevice, turnOff, turnOn } from './device.ts'
import { PUSH_WORDS } from './words.ts'

/** Warnings on the browser that is being used: on or off, with the browser's own permission; and off on the person's others. */
export function AlertsHere(props: {
  push: NonNullable<MessengersJson['push']>
  onChange(now: MessengersJson): void
}) {
  const { push, onChange } = props
  const { locale } = useHere()
  const words = PUSH_WORDS[locale]
  const [device, setDevice] = useState<Device | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [wasTurnedOff, setWasTurnedOff] = useState(false)
  const state = useRef<HTMLParagraphElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the browser in hand may be the one that was turned off in the list.
  useEffect(() => {
    lookAtDevice().then(setDevice, setError)
  }, [push.devices.length])

  const change = async (work: () => Promise<MessengersJson>) => {
    setBusy(true)
    setError(null)
    setWasTurnedOff(false)
    try {
      onChange(await work())
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }

  return (
    <section className="stack" aria-labelledby="alerts-here">
      <h2 id="alerts-here">{words.title}</h2>
      <p>{words.says}</p>
      <p role="status" ref={state} tabIndex={-1}>
        {wasTurnedOff && `${words.removed} `}
        {device && words.states[device]}
      </p>
      <Problem error={error} />
      {(device === 'off' || device === 'on') && (
        <div>
          <button
            type="button"
            className={device === 'off' ? 'primary' : undefined}
            aria-disabled={busy}
            onClick={() => {
              if (!busy)
                void change(async () => {
                  setDevice(device === 'off' ? await turnOn(push.publicKey) : await turnOff())
                  return await get('/api/messengers')
                })
            }}
          >
            {device === 'off' ? words.turnOn : words.turnOff}
          </button>
        </div>
      )}
      {push.devices.length > 0 && (
        <>
          <h3 id="alert-devices">{words.devices}</h3>
          <ul className="plain-list card linked-chats" aria-labelledby="alert-devices">
            {push.devices.map(({ id, since }) => (
              <li key={id}>
                <span>{words.since(formatMoment(since, locale))}</span>
                <button
                  type="button"
                  className="small-button"
                  aria-disabled={busy}
                  onClick={() => {
                    if (!busy)
                      void change(async () => {
                        const now = await remove<MessengersJson>(
                          `/api/push/devices/${encodeURIComponent(id)}`,
                        )
                        setWasTurnedOff(true)
                        // Its line goes, and with it the button that has the focus.
                        state.current?.focus()
                        return now
                      })
                  }}
                >
                  {words.remove}
                  <span className="hidden-text"> {words.since(formatMoment(since, locale))}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
