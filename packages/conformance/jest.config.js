import preset from '../../jest.preset.js'

/** It is the last to be tested, alone, and waits for other processes half of the time: one worker a core. */
export default { ...preset, maxWorkers: 2 }
