import preset from '../../jest.preset.js'

/** PGlite takes seconds to start, and several times as long while others use the machine. */
export default { ...preset, testTimeout: 120_000 }
