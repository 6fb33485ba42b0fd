import type { IssuerStore } from '@gatewarden/core'

/** One call of a store: `sessions.rotate`, or `ready` of the store itself. */
export interface StoreCall {
  readonly name: string
  readonly parameters: readonly unknown[]
}

/** Makes a call, or does not: what it returns is what the caller gets. */
export type Around = (call: StoreCall, run: () => Promise<unknown>) => Promise<unknown>

/** A store whose every call goes through a function, to count, delay, lose or record it. */
export function aroundStore(store: IssuerStore, around: Around): IssuerStore {
  const watch = <T extends object>(part: T, prefix: string): T =>
    new Proxy(part, {
      get(target, name: string) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...parameters: unknown[]) =>
          around(
            { name: prefix + name, parameters },
            () => Reflect.apply(member, target, parameters) as Promise<unknown>,
          )
      },
    })
  const parts = {
    sessions: watch(store.sessions, 'sessions.'),
    keys: watch(store.keys, 'keys.'),
    revocations: watch(store.revocations, 'revocations.'),
  }
  const whole = watch(store, '')
  return new Proxy(store, {
    get: (_, name: string): unknown =>
      Object.hasOwn(parts, name) ? parts[name as keyof typeof parts] : Reflect.get(whole, name),
  })
}

/** What the log is asked for in the background, at a time of its own. */
const BACKGROUND = ['revocations.read', 'revocations.listen']

export function isBackground(name: string): boolean {
  return BACKGROUND.includes(name)
}

/** Calls a store was asked for, by name, but for those in the background. */
export function countCalls(store: IssuerStore): { store: IssuerStore; calls: string[] } {
  const calls: string[] = []
  const counted = aroundStore(store, (call, run) => {
    if (!isBackground(call.name)) calls.push(call.name)
    return run()
  })
  return { store: counted, calls }
}

/** A store that can be switched off, by the names of calls: `before` it did what it was asked, or after. */
export interface FragileStore {
  readonly store: IssuerStore
  /** Lets every call of these names fail: before anything happened, or after, when only the answer is lost. */
  readonly fail: (when: 'before' | 'after', ...names: string[]) => void
  readonly heal: () => void
}

export function fragileStore(inner: IssuerStore): FragileStore {
  const failing = new Map<string, 'before' | 'after'>()
  const store = aroundStore(inner, async ({ name }, run) => {
    const when = failing.get(name)
    if (when !== 'before') {
      const answer = await run()
      if (when === undefined) return answer
    }
    throw new Error(`${name}: connection lost`)
  })
  return {
    store,
    fail: (when, ...names) => {
      for (const name of names) failing.set(name, when)
    },
    heal: () => {
      failing.clear()
    },
  }
}
