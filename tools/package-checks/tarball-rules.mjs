/** What a tarball of ours must have and must not have. Pure: `{ manifest, files }` in, complaints out. */

const onInstall = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

export function tarballComplaints({ manifest, files }) {
  return [...missing(files), ...unwanted(files), ...scripts(manifest)];
}

function missing(files) {
  return ['LICENSE', 'README.md'].filter((name) => !files.some(({ path }) => path === name)).map((name) => `${name} is missing`);
}

function unwanted(files) {
  return files
    .filter(({ path }) => /\.test(-d)?\.[cm]?[jt]sx?$/.test(path))
    .map(({ path }) => `${path} is a test and must not be published`);
}

/** Many users run with `ignore-scripts`, and those that do not should not have to trust us. */
function scripts({ scripts: declared = {} }) {
  return onInstall
    .filter((name) => declared[name] !== undefined)
    .map((name) => `the script ${name} would run where the package is installed`);
}
