import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { ConsoleImportJson, Locale, StatementReportJson } from '../../src/http/api.ts'
import { get, Refusal, upload } from './api.ts'
import { ChooseFile } from './choose-file.tsx'
import { Imports } from './imports.tsx'
import { Report } from './report.tsx'
import type { ConsoleWords } from './words.ts'

type Props = { words: ConsoleWords; locale: Locale }
type Going = { step: 'sending' | 'checking' | 'keeping'; share: number | null }

/** A statement file is chosen or dropped, tried, and then imported. Only a file that was tried can be imported. */
export function StatementFiles({ words, locale }: Props) {
  const [file, setFile] = useState<File | null>(null)
  const [mapping, setMapping] = useState<File | null>(null)
  const [acceptUnbalanced, setAcceptUnbalanced] = useState(false)
  const [going, setGoing] = useState<Going | null>(null)
  const [report, setReport] = useState<StatementReportJson | null>(null)
  const [problem, setProblem] = useState<{ sentence: string; detail: string | null } | null>(null)
  const [imports, setImports] = useState<ConsoleImportJson[] | null>(null)
  const [isOver, setIsOver] = useState(false)
  const result = useRef<HTMLHeadingElement>(null)

  const loadImports = useCallback(async () => setImports(await get<ConsoleImportJson[]>('imports')), [])
  useEffect(() => {
    loadImports().catch(() => setProblem({ sentence: words.noConnection, detail: null }))
  }, [loadImports, words])
  // Whoever hears the page is taken to what came of the file.
  useEffect(() => {
    if (report) result.current?.focus()
  }, [report])

  function begin(chosen: File | null) {
    setFile(chosen)
    setReport(null)
    setProblem(null)
  }

  async function send(dryRun: boolean) {
    if (!file || going) return
    setGoing({ step: 'sending', share: null })
    setProblem(null)
    setReport(null)
    const form = new FormData()
    form.set('dryRun', String(dryRun))
    form.set('acceptUnbalanced', String(acceptUnbalanced))
    let outcome: StatementReportJson | null = null
    try {
      if (mapping) form.set('mapping', await mapping.text())
      form.set('file', file)
      for await (const line of upload(form)) {
        if ('progress' in line) {
          const { step, bytes, of } = line.progress
          setGoing({ step, share: of === 0 ? 1 : bytes / of })
        } else if ('report' in line) outcome = line.report
        else setProblem({ sentence: line.fault.sentence, detail: line.fault.detail ?? null })
      }
      await loadImports()
    } catch (failure) {
      const sentence = failure instanceof Refusal && failure.message ? failure.message : words.noConnection
      setProblem({ sentence, detail: null })
    } finally {
      setReport(outcome)
      setGoing(null)
    }
  }

  function drop(event: DragEvent) {
    event.preventDefault()
    setIsOver(false)
    const [dropped] = event.dataTransfer.files
    if (dropped && !going) begin(dropped)
  }

  const tried = report?.dryRun ? report : null
  return (
    <>
      <header className="stack">
        <h2>{words.filesTitle}</h2>
        <p className="muted">{words.filesIntro}</p>
      </header>
      <section className="card stack" aria-label={words.file}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the button does the same. */}
        <div
          className={isOver ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault()
            setIsOver(true)
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={drop}
        >
          <ChooseFile label={words.choose} disabled={going !== null} onChoose={begin} />
          <p className="muted">{file ? words.chosen(file.name, sizeOf(file.size, locale)) : words.drop}</p>
        </div>
        <div className="drop-mapping">
          <div>
            <p>{words.mapping}</p>
            <p className="muted">{mapping ? mapping.name : words.mappingHint}</p>
          </div>
          {mapping ? (
            <button type="button" className="small-button" onClick={() => setMapping(null)}>
              {words.removeMapping}
            </button>
          ) : (
            <ChooseFile
              label={words.chooseMapping}
              accept=".json,application/json"
              small
              disabled={going !== null}
              onChoose={setMapping}
            />
          )}
        </div>
        <div>
          <button
            type="button"
            className={tried ? '' : 'primary'}
            disabled={!file || going !== null}
            onClick={() => void send(true)}
          >
            {words.try}
          </button>
        </div>
        {going && (
          <p className="going">
            <label htmlFor="going">{words[going.step]}</label>
            <progress id="going" {...(going.share === null ? {} : { value: going.share })} max={1} />
          </p>
        )}
        {problem && (
          <div className="notice bad" role="alert">
            <div>
              <p>{problem.sentence}</p>
              {problem.detail && (
                <p className="muted" lang="en">
                  {problem.detail}
                </p>
              )}
            </div>
          </div>
        )}
      </section>
      {report && (
        <section className="card stack" aria-labelledby="result">
          <h2 id="result" ref={result} tabIndex={-1}>
            {report.dryRun ? words.triedTitle : words.takenTitle}
          </h2>
          <p>{report.dryRun ? words.triedSays : words.takenSays}</p>
          <Report report={report} words={words} locale={locale} />
          {tried && tried.unbalanced > 0 && (
            <label className="pick">
              <input
                type="checkbox"
                checked={acceptUnbalanced}
                onChange={(event) => setAcceptUnbalanced(event.target.checked)}
              />
              {words.acceptUnbalanced}
            </label>
          )}
          {tried && (
            <div>
              <button
                type="button"
                className="primary"
                disabled={going !== null}
                onClick={() => void send(false)}
              >
                {words.import}
              </button>
            </div>
          )}
        </section>
      )}
      <Imports imports={imports} words={words} locale={locale} />
    </>
  )
}

function sizeOf(bytes: number, locale: Locale): string {
  const isLarge = bytes >= 1_000_000
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isLarge ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: 1,
  }).format(bytes / (isLarge ? 1_000_000 : 1_000))
}
