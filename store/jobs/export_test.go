package jobs

// AliveEvery is how often the jobs of dead processes are looked for.
const AliveEvery = aliveEvery
