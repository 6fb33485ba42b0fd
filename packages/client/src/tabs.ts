import type { HeldToken } from './held-token.ts'
import { ATTEMPTS } from './post.ts'
import { platform, type Settings } from './resolve-options.ts'

/** What one tab tells the others: a new token, or that nobody is logged in any more. */
export type News =
  | { readonly held: HeldToken; readonly isLogin: boolean }
  | { readonly held?: never; readonly reason: 'logout' | 'ended'; readonly sid: string | undefined }

/** The other tabs of this browser, as far as they can be reached. */
export interface Tabs {
  /** Runs `work` while no other tab does. Without Web Locks, while no other work of this tab does. */
  readonly oneAtATime: <T>(work: () => Promise<T>) => Promise<T>
  /** Resolves when the news has gone out. */
  readonly tell: (news: News) => Promise<void>
  readonly close: () => void
}

/** Longer than a message takes between tabs of a busy machine. Only where it is not seen to go round. */
const ROUND_MS = 100

export function openTabs(
  { tabs, refreshUrl, timeout }: Settings,
  onNews: (news: News) => void,
): Tabs {
  const { BroadcastChannel, navigator } = tabs ? platform : {}
  const name = `gatewarden ${refreshUrl}`
  // The number is that of the news: two versions of a page can be open at once.
  let channel: BroadcastChannel | undefined
  const locks = navigator?.locks
  /** In ms. Longer than a refresh with all its attempts: its cookie must not come after that of a login. */
  const patience = (ATTEMPTS * timeout + 2) * 1000
  let before: Promise<unknown> = Promise.resolve()

  try {
    channel = BroadcastChannel && new BroadcastChannel(`1 ${name}`)
  } catch {
    // Forbidden here. Each tab is for itself.
  }
  if (channel) {
    channel.onmessage = ({ data }: { data: News | undefined }) => {
      // Whatever else says something here has another meaning.
      if (data?.held ? data.held.token : data?.reason) onNews(data!)
    }
  }

  async function withLock<T>(work: () => Promise<T>): Promise<T> {
    let begun: Promise<T> | undefined
    try {
      // The signal ends the waiting, never the work.
      const signal = AbortSignal.timeout(patience)
      await locks!.request(name, { signal }, () => (begun = work()))
    } catch {
      // A frozen tab has the lock, or locks are forbidden here. Two refreshes at once do no harm: the issuer answers both.
    }
    return begun ?? work()
  }

  return {
    oneAtATime: (work) => {
      if (locks) return withLock(work)
      // A login that is never answered must not hold up the page.
      const turn = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience)
        void before.then(() => {
          clearTimeout(timer)
          resolve()
        })
      })
      const mine = turn.then(work)
      before = mine.catch(() => undefined)
      return mine
    },
    // Who has the lock gives it back when the others have the news, or the next tab would refresh again. A second channel of
    // the same name hears what the first one says: then the browser has passed it on to all.
    tell: async (news) => {
      if (!channel) return
      const echo = new BroadcastChannel!(channel.name)
      await new Promise<unknown>((resolve) => {
        echo.onmessage = resolve
        setTimeout(resolve, ROUND_MS)
        channel!.postMessage(news)
      })
      echo.close()
    },
    close: () => {
      channel?.close()
      channel = undefined
    },
  }
}
