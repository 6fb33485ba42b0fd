import type { World } from '../world/world.ts'

export interface Scenario {
  readonly name: string
  readonly needs?: readonly Need[]
  readonly run: (world: World) => Promise<void>
}

export type Need =
  /** It must pass, with timers. */
  | 'time'
  /** A request whose body is one. Chromium sends none without HTTP/2. */
  | 'streams'
  /** Something that outlives a reload. */
  | 'storage'
  /** Tabs that hear each other. */
  | 'tabs'
  /** Tabs that wait for each other. */
  | 'locks'
