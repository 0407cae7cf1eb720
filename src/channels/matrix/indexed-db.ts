import 'fake-indexeddb/auto'
import { serialize } from 'node:v8'

// The crypto library keeps its keys in IndexedDB and nowhere else. Outside a browser there is one in memory, and this file says
// what changes in it, so that it can be written down somewhere that lasts.

/** What changed since it was last asked: by database and store, the keys, or null when it may be any of them. */
type Changed = Map<string, Map<string, Map<string, IDBValidKey> | null>>

const changed: Changed = new Map()

function note({ name, transaction }: IDBObjectStore, key: IDBValidKey | null): void {
  const stores = changed.get(transaction.db.name) ?? new Map()
  changed.set(transaction.db.name, stores)
  if (key === null) stores.set(name, null)
  else if (stores.get(name) !== null)
    stores.set(name, (stores.get(name) ?? new Map()).set(serialize(key).toString('base64'), key))
}

// Every way in which IndexedDB 3.0 lets a record change, but for a change of layout, which is compared (kept-store.ts).
const ofStore = IDBObjectStore.prototype
for (const verb of ['put', 'add'] as const) {
  const own = ofStore[verb]
  ofStore[verb] = function (...given) {
    const request = own.apply(this, given)
    request.addEventListener('success', () => note(this, request.result))
    return request
  }
}
const { delete: ownDelete, clear: ownClear } = ofStore
ofStore.delete = function (query) {
  const request = ownDelete.call(this, query)
  request.addEventListener('success', () => note(this, query instanceof IDBKeyRange ? null : query))
  return request
}
ofStore.clear = function () {
  const request = ownClear.call(this)
  request.addEventListener('success', () => note(this, null))
  return request
}
const ofCursor = IDBCursor.prototype
const { update: ownUpdate, delete: ownCursorDelete } = ofCursor
ofCursor.update = function (value) {
  const request = ownUpdate.call(this, value)
  request.addEventListener('success', () => note(storeOf(this), null))
  return request
}
ofCursor.delete = function () {
  const request = ownCursorDelete.call(this)
  request.addEventListener('success', () => note(storeOf(this), null))
  return request
}

function storeOf({ source }: IDBCursor): IDBObjectStore {
  return source instanceof IDBObjectStore ? source : source.objectStore
}

/**
 * The open connections to each database. Deleting one waits for them in a busy loop, and the library closes some of its own only
 * once they are collected as garbage.
 */
const connections = new Map<string, Set<IDBDatabase>>()
const { open: ownOpen } = IDBFactory.prototype
IDBFactory.prototype.open = function (...given) {
  const request = ownOpen.apply(this, given)
  request.addEventListener('success', () => {
    const { result } = request
    connections.set(result.name, (connections.get(result.name) ?? new Set()).add(result))
  })
  return request
}
const { close: ownClose } = IDBDatabase.prototype
IDBDatabase.prototype.close = function () {
  connections.get(this.name)?.delete(this)
  ownClose.call(this)
}

/** Deletes a database, whoever has it open still. */
export async function dropDatabase(name: string): Promise<void> {
  for (const one of connections.get(name) ?? []) one.close()
  connections.delete(name)
  changed.delete(name)
  await finished(indexedDB.deleteDatabase(name))
}

/** What changed of one database since this was last asked. */
export function takeChanges(database: string): Map<string, IDBValidKey[] | null> {
  const stores = changed.get(database) ?? new Map<string, Map<string, IDBValidKey> | null>()
  changed.delete(database)
  return new Map([...stores].map(([store, keys]) => [store, keys && [...keys.values()]]))
}

/** How a database is laid out, as far as it can be made again. */
export type Layout = {
  version: number
  stores: {
    name: string
    keyPath: string | string[] | null
    autoIncrement: boolean
    indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[]
  }[]
}

export const finished = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })

/** Opens a database, making it by `layout` where it is not there yet. */
export async function openDatabase(name: string, layout: Layout | null): Promise<IDBDatabase> {
  const request = layout ? indexedDB.open(name, layout.version) : indexedDB.open(name)
  request.addEventListener('upgradeneeded', () => {
    for (const { name: store, keyPath, autoIncrement, indexes } of layout?.stores ?? []) {
      const made = request.result.createObjectStore(store, { keyPath, autoIncrement })
      for (const { name: index, keyPath: path, ...options } of indexes) made.createIndex(index, path, options)
    }
  })
  return await finished(request)
}

export function layoutOf(database: IDBDatabase): Layout {
  const names = [...database.objectStoreNames]
  const transaction = names.length > 0 ? database.transaction(names) : null
  return {
    version: database.version,
    stores: names.map((name) => {
      const store = transaction!.objectStore(name)
      const indexes = [...store.indexNames].map((one) => {
        const { keyPath, unique, multiEntry } = store.index(one)
        return { name: one, keyPath, unique, multiEntry }
      })
      return { name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes }
    }),
  }
}
