/** Writes the repository that is published from into each manifest: provenance compares the two, and a fork has another one. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `server` and `repository` as GitHub Actions names them: the address of the server, and `owner/name`. */
export function stampRepository(root, { server, repository }) {
  if (!server || !repository) throw new Error('GITHUB_SERVER_URL and GITHUB_REPOSITORY say where this is published from; they are not set');
  for (const folder of readdirSync(join(root, 'packages'))) {
    const file = join(root, 'packages', folder, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    manifest.repository = { type: 'git', url: `git+${server}/${repository}.git`, directory: `packages/${folder}` };
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
