/** The oldest Node that everything here runs on; package.json says the same in `engines`. */
const oldest = [20, 19];

/** Says so in one line when this Node is too old. Written without syntax that an old one does not know. */
export function requireNode() {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1])) return true;
  console.error('This needs Node ' + oldest.join('.') + ' or newer; this is ' + process.versions.node + '. See https://nodejs.org');
  process.exitCode = 1;
  return false;
}
