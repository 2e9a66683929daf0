/** What must be true of what would be published. */

/** But what is a template is to become a file of theirs. */
const NOT_FOR_USERS = /^(?!.*\.template$).*(?:(^|\/)(src|test|node_modules)\/|\.test\.|\.test-d\.|tsconfig|tsup\.config|\.map$)/;
const ALWAYS = ['LICENSE', 'README.md', 'package.json'];

/**
 * @param manifests those of all packages after the version was set
 * @param published what `npm publish --dry-run --json` says, by name of package
 * @param repository `owner/name`, which provenance compares with the manifest
 * @returns one line per mistake
 */
export function judgeRelease({ manifests, published, version, repository }) {
  const strangers = Object.keys(published).filter((name) => !manifests.some((manifest) => manifest.name === name));
  return [
    ...strangers.map((name) => `${name} would be published and is no package of the group`),
    ...manifests.flatMap((manifest) =>
      [...judgeManifest(manifest, { version, repository }), ...judgeTarball(manifest, published[manifest.name], version)].map(
        (line) => `${manifest.name}: ${line}`,
      ),
    ),
  ];
}

function judgeManifest({ version, private: isPrivate, publishConfig = {}, repository = {} }, expected) {
  const wrong = [];
  if (isPrivate) wrong.push('is private');
  if (version !== expected.version) wrong.push(`has version ${version}, not ${expected.version}`);
  if (publishConfig.access !== 'public') wrong.push('publishConfig.access is not "public"');
  if (publishConfig.provenance !== true) wrong.push('publishConfig.provenance is not true');
  if (!repository.url?.endsWith(`/${expected.repository}.git`)) wrong.push('repository is not the one it is published from');
  return wrong;
}

function judgeTarball(manifest, tarball, version) {
  if (tarball === undefined) return ['would not be published'];
  const files = tarball.files.map(({ path }) => path);
  return [
    ...(tarball.version === version ? [] : [`would be published as ${tarball.version}`]),
    ...[...ALWAYS, ...promisedFiles(manifest)].filter((path) => !files.includes(path)).map((path) => `${path} would be missing`),
    ...files.filter((path) => NOT_FOR_USERS.test(path)).map((path) => `${path} is not for users`),
  ];
}

/** Every file that the manifest names as an entry, a declaration or a command. */
function promisedFiles({ exports = {}, bin = {} }) {
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
  return [...new Set([...targets, ...Object.values(bin)].map((path) => path.replace(/^\.\//, '')))];
}
