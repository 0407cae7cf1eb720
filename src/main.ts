/** The command line: `guichet --help` says what there is. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createProgram } from './commands/program.ts'
import { tellError } from './commands/tell-error.ts'

// What one start compiled, the next need not: half of a start went into that. It lies beside the libraries, where nobody but
// the installation writes; where that is nobody, there is none.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/guichet'))

try {
  await createProgram().parseAsync()
} catch (error) {
  console.error(tellError(error))
  process.exitCode = 1
}
