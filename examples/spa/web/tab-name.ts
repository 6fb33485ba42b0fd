const PREFIX = 'demo: tab '

/** The smallest number that no other tab of this origin has. Nothing is stored: a lock ends with its tab. */
export async function takeTabName(): Promise<string> {
  for (let number = 1; ; number++) {
    if (await takeUntilTheEnd(`${PREFIX}${number}`)) return `Tab ${number}`
  }
}

/** How many tabs of this origin are open. */
export async function countTabs(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith(PREFIX)).length
}

function takeUntilTheEnd(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      return lock && new Promise(() => undefined)
    })
  })
}
