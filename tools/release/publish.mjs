/**
 * `npm run release:publish`: builds and publishes every version that the registry does not have yet, with provenance. Runs in the release
 * workflow only, which lends it an identity for the moment; there is no token to keep.
 */
import { ensureBuilt, fromRoot, packageFolders, runInherited, tool } from '../workspace.mjs';
import { stampRepository } from './stamp-repository.mjs';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, ACTIONS_ID_TOKEN_REQUEST_URL: identity } = process.env;

if (!identity) {
  console.error('Nothing is published from here: without the identity of a workflow there is no provenance. Try npm run release:dry-run.');
  process.exitCode = 1;
} else {
  stampRepository(fromRoot(), { server, repository });
  await ensureBuilt(packageFolders());
  await runInherited({ command: process.execPath, args: [tool('@changesets/cli', 'changeset'), 'publish', '--no-git-tag'] });
}
