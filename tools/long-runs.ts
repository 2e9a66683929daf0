import { configureGlobal } from 'fast-check';

/** Set-up of suites in a long form: every property has that many runs, from that seed. */
configureGlobal({ numRuns: Number(process.env.KOPFTS_COUNT ?? 100), seed: Number(process.env.KOPFTS_SEED ?? 1) });
