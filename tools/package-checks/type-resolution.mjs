/** A program: whether the tarballs given are what their manifests say. publint, and "are the types wrong?"; complaints by file, as JSON. */
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { countedProblems } from './counted-problems.mjs';
import { readTarball } from './pack.mjs';

async function resolutionComplaints({ manifest, tarball }) {
  return [...(await manifestComplaints(manifest, tarball)), ...(await typeComplaints(tarball))];
}

async function manifestComplaints(manifest, tarball) {
  const buffer = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages } = await publint({ strict: true, level: 'warning', pack: { tarball: buffer } });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

async function typeComplaints(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  if (analysis.types === false) return ['are the types wrong: there are none'];
  return countedProblems(analysis.problems).map((problem) => `are the types wrong: ${JSON.stringify(problem)}`);
}

const complaints = {};
for (const file of process.argv.slice(2)) complaints[file] = await resolutionComplaints(await readTarball(file));
console.log(JSON.stringify(complaints));
