import { SingleFlight } from '../../src/keys/single-flight.ts'
import { createClock, NOW } from '../mint.ts'

/** A load that ends when the test says so. */
function createLoad() {
  const loads: { resolve: () => void; reject: (error: unknown) => void }[] = []
  const load = () =>
    new Promise<void>((resolve, reject) => {
      loads.push({ resolve, reject })
    })
  return { loads, load }
}

describe('SingleFlight', () => {
  it('loads once for all who wait', async () => {
    const { loads, load } = createLoad()
    const flight = new SingleFlight(load, createClock(), 5)
    const waiting = [flight.run(), flight.run(), flight.run()]
    expect(loads).toHaveLength(1)
    loads[0]?.resolve()
    await Promise.all(waiting)
  })

  it('loads again when the last load is over', async () => {
    const { loads, load } = createLoad()
    const flight = new SingleFlight(load, createClock(), 5)
    const first = flight.run()
    loads[0]?.resolve()
    await first
    const second = flight.run()
    expect(loads).toHaveLength(2)
    loads[1]?.resolve()
    await second
  })

  it('fails for all who wait', async () => {
    const { loads, load } = createLoad()
    const flight = new SingleFlight(load, createClock(), 5)
    const waiting = [flight.run(), flight.run()]
    const error = new Error('down')
    loads[0]?.reject(error)
    for (const one of waiting) await expect(one).rejects.toBe(error)
  })

  it('repeats a failure during the cooldown, and tries again on its last second', async () => {
    const { loads, load } = createLoad()
    const clock = createClock()
    const flight = new SingleFlight(load, clock, 5)
    const first = flight.run()
    const error = new Error('down')
    clock.now = NOW + 2 // the load itself took two seconds: the cooldown counts from its end
    loads[0]?.reject(error)
    await expect(first).rejects.toBe(error)

    clock.now = NOW + 6
    await expect(flight.run()).rejects.toBe(error)
    expect(loads).toHaveLength(1)
    clock.now = NOW + 7
    const second = flight.run()
    expect(loads).toHaveLength(2)
    loads[1]?.resolve()
    await second
  })

  it('does not stretch the cooldown where the clock was set back', async () => {
    const { loads, load } = createLoad()
    const clock = createClock()
    const flight = new SingleFlight(load, clock, 5)
    const first = flight.run()
    loads[0]?.reject(new Error('down'))
    await expect(first).rejects.toThrow('down')
    clock.now = NOW - 3_600
    const second = flight.run()
    expect(loads).toHaveLength(2)
    loads[1]?.resolve()
    await second
  })

  it('forgets a failure after a success', async () => {
    const { loads, load } = createLoad()
    const clock = createClock()
    const flight = new SingleFlight(load, clock, 5)
    const first = flight.run()
    loads[0]?.reject(new Error('down'))
    await expect(first).rejects.toThrow('down')
    clock.now = NOW + 5
    const second = flight.run()
    loads[1]?.resolve()
    await second
    clock.now = NOW + 1 // even where the clock goes back into the cooldown
    const third = flight.run()
    expect(loads).toHaveLength(3)
    loads[2]?.resolve()
    await third
  })
})
