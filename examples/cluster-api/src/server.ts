import cluster from 'node:cluster'

// One program for both: the primary forks it, and what it forked serves.
await (cluster.isPrimary ? import('./primary.ts') : import('./worker.ts'))
