import preset from '../../jest.preset.js'

/**
 * It is the last to be tested, alone, and waits for other processes half of the time: one worker a core. What it verifies by
 * the hundred thousand takes its time where both are busy.
 */
export default { ...preset, maxWorkers: 2, testTimeout: 300_000 }
