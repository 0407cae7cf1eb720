/** The command line: `guichet --help` says what there is. */
import { createProgram } from './commands/program.ts'
import { tellError } from './commands/tell-error.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  console.error(tellError(error))
  process.exitCode = 1
}
