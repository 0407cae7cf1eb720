import { Command, InvalidArgumentError, Option } from 'commander'
import { readSettings, type Settings } from '#config'
import type { StatementFormat } from '#intake'
import { LOCALES } from '#kit'

/** Written here again, so that the command line starts without loading the rooms. */
const STATEMENT_FORMATS = ['camt053', 'mt940', 'ofx', 'qif', 'csv'] satisfies StatementFormat[]

const EXAMPLES = `
Examples:
  guichet demo                          try everything on this machine, with simulated banks
  guichet demo --port 5400 --no-open    on other ports, without opening the browser
  guichet verify my-guichet.json        check a downloaded file, without any network
  guichet doctor                        say what is wrong with an installation
  guichet import november.xml --bank chase --dry-run
                                        say what a statement file would bring
  guichet merchants resolve rows.txt    name the merchants of card descriptors, one a line
  guichet understand said.txt           say what the chat understands of utterances, one a line

Settings are environment variables: see docs/settings.md.`

/** The whole command line. Each command's code is loaded only when it is the one that runs. */
export function createProgram(): Command {
  const program = new Command('guichet')
    .description('Your bank in the chat apps you use, with a privacy promise anyone can check.')
    .helpCommand(false)
    .showHelpAfterError('(guichet --help shows what there is)')
    .addHelpText('after', EXAMPLES)

  program.commandsGroup('To try:')
  program
    .command('demo')
    .description('start Guichet with four simulated banks, everything on this machine')
    .option('--port <n>', 'the port of Guichet; the five after it are taken too', port, 4400)
    .option('--data <folder>', 'where everything is kept', '.guichet')
    .option('--no-open', 'do not open the browser')
    .option('--reset', 'begin anew: delete what an earlier demo kept in the folder')
    .action(async (options) => (await import('./demo.ts')).runDemo(options))

  program.commandsGroup('To run:')
  program
    .command('serve')
    .description('start Guichet with the settings of the environment')
    .option('--port <n>', 'overrides GUICHET_PORT', port)
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./serve.ts')).serve(settingsWith(options)))
  program
    .command('doctor')
    .description('check an installation, and say how to mend what is wrong')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./doctor.ts')).runDoctor(environmentWith(options)))

  program.commandsGroup('To check:')
  program
    .command('verify')
    .description('check a person’s downloaded file, or a single proof, offline, and say what it proves')
    .argument('<file>', 'the downloaded .json, or a .tlog-proof')
    .option('--key <vkey>', 'the log’s public key, from a source you trust; or a file that holds it')
    .option('--witness <vkey...>', 'witnesses whose signatures to check')
    .addOption(new Option('--lang <language>', 'the language of the answer').choices(LOCALES).default('en'))
    .option('--json', 'print the findings as JSON instead of words')
    .action(async (file, options) => (await import('./verify.ts')).verify(file, options))

  const merchants = program.command('merchants').description('merchants out of card descriptors, offline')
  merchants
    .command('resolve')
    .description(
      'write descriptor, merchant, category and confidence, parted by tabs, for each line of a file',
    )
    .argument('<file>', 'descriptors, one a line, as UTF-8; - for the standard input')
    .action(async (file) => (await import('./merchants.ts')).resolveMerchants(file))

  program
    .command('understand')
    .description(
      'say what the chat understands: intent, slots and confidence, parted by tabs, for each line of a file, offline',
    )
    .argument('<file>', 'utterances, one a line, as UTF-8; - for the standard input')
    .addOption(
      new Option('--locale <language>', 'the language chosen in the chat').choices(LOCALES).default('en'),
    )
    .option('--now <instant>', 'what “yesterday” is told from, in ISO 8601; now when it is not given')
    .option('--time-zone <name>', 'where the person’s clock stands', 'UTC')
    .action(async (file, options) => (await import('./understand.ts')).understandFile(file, options))

  program.commandsGroup('To find fraud:')
  const ownOr = (command: Command) =>
    command
      .option(
        '--own <bank>',
        'instead of a file: what this bank’s own people paid and answered, who agreed to that',
      )
      .option('--by <name>', 'with --own: who reads it')
      .option('--reason <words>', 'with --own: why')
      .option('--data <folder>', 'overrides GUICHET_DATA')
  ownOr(program.command('train'))
    .description(
      'learn a fraud model from a file of events, or from a bank’s own people, and write it to a file',
    )
    .argument('[events]', 'one event a line, in JSON, in the order of time: see docs/fraud-models.md')
    .requiredOption('--out <file>', 'the model file to write; it must not exist')
    .option('--trees <n>', 'how many trees', wholeNumber, 150)
    .option('--depth <n>', 'how many questions a tree asks, one after the other', wholeNumber, 4)
    .option('--seed <n>', 'the same seed gives the same model', wholeNumber, 1)
    .action(async (path, options) =>
      (await import('./train.ts')).train(() => settingsWith(options), path, options),
    )
  const model = program.command('model').description('the learned models: on trial, in force, retired')
  model
    .command('list')
    .description('the models of this installation, and who decided what about them')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./model.ts')).listModels(settingsWith(options)))
  const decided = (command: Command) =>
    command
      .requiredOption('--by <name>', 'who decides it')
      .requiredOption('--reason <words>', 'why')
      .option('--data <folder>', 'overrides GUICHET_DATA')
  decided(
    model.command('add').description('take a model file on trial: its opinions are kept and decide nothing'),
  )
    .argument('<file>', 'a model file')
    .action(async (path, options) =>
      (await import('./model.ts')).addModel(settingsWith(options), path, options),
    )
  decided(model.command('promote').description('have a model decide, beside the rules'))
    .argument('<model>', 'the beginning of its id, as in `guichet model list`')
    .action(async (id, options) =>
      (await import('./model.ts')).promoteModel(settingsWith(options), id, options),
    )
  decided(model.command('retire').description('take a model out of force'))
    .argument('<model>', 'the beginning of its id, as in `guichet model list`')
    .action(async (id, options) =>
      (await import('./model.ts')).retireModel(settingsWith(options), id, options),
    )
  model
    .command('export-onnx')
    .description('write the trees of a model file as ONNX, for other programs')
    .argument('<file>', 'a model file')
    .requiredOption('--out <file>', 'the file to write; it must not exist')
    .action(async (path, options) => (await import('./model.ts')).exportOnnx(path, options))
  model
    .command('import-xgboost')
    .description('make a model file out of what XGBoost saved as JSON, for the same features')
    .argument('<file>', 'a JSON file of XGBoost, binary:logistic')
    .requiredOption('--out <file>', 'the file to write; it must not exist')
    .action(async (path, options) => (await import('./model.ts')).importXgboost(path, options))
  ownOr(model.command('drift'))
    .description('say how far payments have moved from those a model was made on; exits 1 when they changed')
    .argument('<file>', 'a model file')
    .argument('[events]', 'a file of events, as long as the one learnt from')
    .option(
      '--since <date>',
      'compare what was paid from this day on (UTC); what is before is only its past',
      day,
    )
    .action(async (path, events, options) =>
      (await import('./model.ts')).showDrift(() => settingsWith(options), path, events, options),
    )

  const rules = program
    .command('rules')
    .description('the fraud rules: on trial, in force, retired (docs/fraud-rules.md)')
  rules
    .command('facts')
    .description('what a rule may ask about a payment')
    .action(async () => (await import('./rules.ts')).listFacts())
  rules
    .command('list')
    .description('the rule sets of this installation, and who decided what about them')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./rules.ts')).listRules(settingsWith(options)))
  rules
    .command('show')
    .description('print a rule set')
    .argument('<set>', 'the beginning of its id, or built-in')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (id, options) => (await import('./rules.ts')).showRules(settingsWith(options), id))
  rules
    .command('check')
    .description('say what is wrong with a rule file')
    .argument('<file>', 'a rule file')
    .action(async (path) => (await import('./rules.ts')).checkRuleFile(path))
  ownOr(rules.command('try'))
    .description(
      'say what a rule file would have done: caught, annoyed, money saved; exits 1 when it asks too much',
    )
    .argument('<file>', 'a rule file')
    .argument('[events]', 'a file of past events: see docs/fraud-models.md')
    .action(async (path, events, options) =>
      (await import('./rules.ts')).tryRuleFile(() => settingsWith(options), path, events, options),
    )
  rules
    .command('explain')
    .description('work one past payment through a rule set, step by step, in words')
    .argument('<set>', 'a rule file, or built-in')
    .argument('<events>', 'a file of past events: see docs/fraud-models.md')
    .argument('<payment>', 'the id of the payment in that file')
    .action(async (path, events, id) =>
      (await import('./explain-rules.ts')).explainRuleFile(path, events, id),
    )
  decided(
    rules.command('add').description('take a rule file in shadow: its verdicts are kept and decide nothing'),
  )
    .argument('<file>', 'a rule file')
    .option('--tried-on <events>', 'a file of past events; what asks about too many of them is refused')
    .action(async (path, options) =>
      (await import('./rules.ts')).addRules(settingsWith(options), path, options),
    )
  decided(rules.command('promote').description('have a rule set decide'))
    .argument('<set>', 'the beginning of its id, as in `guichet rules list`')
    .action(async (id, options) =>
      (await import('./rules.ts')).promoteRules(settingsWith(options), id, options),
    )
  decided(rules.command('retire').description('take a rule set out of force'))
    .argument('<set>', 'the beginning of its id, as in `guichet rules list`')
    .action(async (id, options) =>
      (await import('./rules.ts')).retireRules(settingsWith(options), id, options),
    )

  program.commandsGroup('To administer:')
  program
    .command('import')
    .description(
      'take a bank’s statement file: CAMT.053, MT940, OFX, QIF or CSV (docs/statement-files.md); exits 2 when rows were refused',
    )
    .argument('<file>', 'the statement file, as the bank sent it')
    .requiredOption('--bank <id>', 'the bank’s id, as in `guichet bank list`')
    .addOption(new Option('--format <format>', 'when it must not be guessed').choices(STATEMENT_FORMATS))
    .option('--mapping <file>', 'what the format leaves open, in JSON; needed for QIF and CSV')
    .option('--dry-run', 'say what would happen, and keep nothing')
    .option('--accept-unbalanced', 'keep statements too whose rows do not add up to their balances')
    .option('--json', 'print the report as JSON instead of words')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (path, options) =>
      (await import('./import.ts')).importFile(settingsWith(options), path, options),
    )
  const bank = program.command('bank').description('the banks of this installation')
  bank
    .command('list')
    .description('each bank, its standard, whether it is complete, and how many people are linked to it')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./bank.ts')).listBanks(settingsWith(options)))
  bank
    .command('add')
    .description('write a bank’s profile from a template and try it; without a template, list them')
    .argument('[template]', 'a template’s name, such as citi; or a profile of your own, ID.json')
    .option(
      '--set <name=value>',
      'an answer to what the template asks, instead of typing it; as often as needed',
      (given: string, before: string[]) => [...before, given],
      [],
    )
    .option('--id <id>', 'the bank’s id here, when it is not the template’s name')
    .option('--suggested', 'take what others have been seen to use, where the template says so')
    .option('--no-try', 'do not try the bank’s addresses')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (template, options) =>
      (await import('./bank-add.ts')).addBank(settingsWith(options), template, options),
    )
  bank
    .command('withdraw')
    .description('a bank leaves: its keys are destroyed, its people are told; cannot be undone')
    .argument('<bank>', 'the bank’s id, as in `guichet bank list`')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .option('--yes', 'do not ask')
    .action(async (id, options) =>
      (await import('./bank.ts')).withdrawBank(settingsWith(options), id, options),
    )
  const channel = program.command('channel').description('the messengers of this installation')
  const ofMessenger = (command: Command) =>
    command
      .addOption(new Option('--messenger <messenger>', 'only this one').choices(['messenger', 'whatsapp']))
      .option('--data <folder>', 'overrides GUICHET_DATA')
  channel
    .command('check')
    .description('ask each messenger whether its settings work, and say how to mend what is wrong')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./channel.ts')).checkChannels(settingsWith(options)))
  ofMessenger(channel.command('subscribe'))
    .description('have Messenger and WhatsApp tell us again what people write, after they were taken off')
    .action(async (options) =>
      (await import('./channel.ts')).subscribeChannels(settingsWith(options), options),
    )
  const templates = channel
    .command('templates')
    .description('what may be said on Messenger and WhatsApp outside the 24 hours')
  ofMessenger(templates.command('list'))
    .description('our templates, word for word, in English and French')
    .action(async (options) => (await import('./channel.ts')).listTemplates(settingsWith(options), options))
  ofMessenger(templates.command('register'))
    .description('register at Meta’s those that are not there yet')
    .action(async (options) =>
      (await import('./channel.ts')).registerTemplates(settingsWith(options), options),
    )
  ofMessenger(templates.command('status'))
    .description('which of them Meta has approved, and which are not used any more')
    .action(async (options) => (await import('./channel.ts')).showTemplates(settingsWith(options), options))
  ofMessenger(templates.command('delete-retired'))
    .description('delete at Meta’s those that we registered once and use no more')
    .option('--yes', 'do not ask')
    .action(async (options) =>
      (await import('./channel.ts')).deleteRetiredTemplates(settingsWith(options), options),
    )
  const telegram = channel.command('telegram').description('the Telegram bot')
  telegram
    .command('set-webhook')
    .description('have Telegram send everything to this installation')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./channel.ts')).setTelegramWebhook(settingsWith(options)))
  telegram
    .command('status')
    .description('where the bot sends, and what waits there')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./channel.ts')).showTelegram(settingsWith(options)))
  channel
    .command('matrix')
    .description('the Matrix account')
    .command('login')
    .description('log our account in, and print the settings; homeserver, user and password are asked for')
    .action(async () => (await import('./matrix-login.ts')).logInAtMatrix())
  const reader = program
    .command('reader')
    .description('apps that people may let read their accounts (docs/serve-the-standards.md)')
  reader
    .command('list')
    .description('the apps of this installation')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./reader.ts')).listReaders(settingsWith(options)))
  reader
    .command('add')
    .description('add an app; it reads nothing until a person chooses it')
    .requiredOption('--name <name>', 'how people are shown it')
    .requiredOption('--redirect <uri...>', 'where people go back to, exactly')
    .option('--jwks <file>', 'its public keys, a JSON Web Key Set')
    .option('--jwks-uri <address>', 'or where they are fetched from')
    .addOption(
      new Option('--face <face...>', 'the standards it reads by')
        .choices(['uk', 'fdx'])
        .default(['uk', 'fdx']),
    )
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./reader.ts')).addReader(settingsWith(options), options))
  reader
    .command('withdraw')
    .description('have an app out: what people allowed it ends at once')
    .argument('<app>', 'its id, as in `guichet reader list`')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (id, options) => (await import('./reader.ts')).withdrawReader(settingsWith(options), id))
  const desk = program
    .command('desk')
    .description(
      'what people wait for that only somebody at the bank can settle, and how their reports turned out',
    )
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./requests.ts')).showDesk(settingsWith(options)))
  desk
    .command('done')
    .description('note that a request is settled')
    .argument('<number>', 'the request’s number, as in `guichet desk`')
    .requiredOption('--by <name>', 'who settled it')
    .option('--person <id>', 'whose request, when two people have one with that number')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    // `--data` is known to the command above too, which takes it wherever it stands.
    .action(async (number, options, command) =>
      (await import('./requests.ts')).finishRequest(settingsWith(command.optsWithGlobals()), number, options),
    )
  const staff = program.command('staff').description('who of a bank’s staff may use its console')
  staff
    .command('invite')
    .description('make a code with which somebody of a bank’s staff comes into the console, once')
    .requiredOption('--bank <id>', 'the bank’s id, as in `guichet bank list`')
    .requiredOption('--name <name>', 'who it is for, as their colleagues know them')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./staff.ts')).inviteStaff(settingsWith(options), options))
  staff
    .command('list')
    .description('each member of a bank’s staff, and whether they have come in')
    .requiredOption('--bank <id>', 'the bank’s id, as in `guichet bank list`')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (options) => (await import('./staff.ts')).listStaff(settingsWith(options), options.bank))
  staff
    .command('remove')
    .description('end somebody’s way into the console, at once')
    .argument('<member>', 'their id, stf_…, as in `guichet staff list`')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (id, options) => (await import('./staff.ts')).removeStaff(settingsWith(options), id))
  const person = program
    .command('person')
    .description('what one person asked for by another way than the page')
  person
    .command('export')
    .description('write everything held about a person, with receipts and proofs, to a file')
    .argument('<person>', 'the person’s id, per_…')
    .requiredOption('--out <file>', 'the file to write; it must not exist')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .action(async (id, options) =>
      (await import('./person.ts')).exportPerson(settingsWith(options), id, options),
    )
  person
    .command('erase')
    .description('shred everything held about a person; cannot be undone')
    .argument('<person>', 'the person’s id, per_…')
    .option('--data <folder>', 'overrides GUICHET_DATA')
    .option('--yes', 'do not ask')
    .action(async (id, options) =>
      (await import('./person.ts')).erasePerson(settingsWith(options), id, options),
    )
  return program
}

type Overrides = { port?: number; data?: string }

function environmentWith({ port, data }: Overrides): Record<string, string | undefined> {
  return {
    ...process.env,
    ...(port !== undefined && { GUICHET_PORT: String(port) }),
    ...(data !== undefined && { GUICHET_DATA: data }),
  }
}

function settingsWith(overrides: Overrides): Settings {
  return readSettings(environmentWith(overrides))
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** The first instant of a day, in UTC. */
function day(text: string): number {
  const at = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? text : '')
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text))
    throw new InvalidArgumentError('It must be a date, such as 2026-11-23.')
  return at
}

function port(text: string): number {
  const number = Number(text)
  // The demo takes the five ports after it, too.
  if (!/^\d+$/.test(text) || number < 1 || number > 65_530)
    throw new InvalidArgumentError('It must be a whole number from 1 to 65530.')
  return number
}
