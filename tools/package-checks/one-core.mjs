/** Whether a project has one copy of core: two have two registries, two error classes, two of everything that should be one. */

/** `urls`: the scripts of core's entry that a process has parsed. */
export function loadedComplaints(urls) {
  if (urls.length === 1) return [];
  return [urls.length === 0 ? 'core was not loaded' : `core is loaded ${urls.length} times: ${urls.join(', ')}`];
}

/** `listing`: what `npm ls @kopfts/core --parseable` prints, one folder a line. */
export function installedComplaints(listing) {
  const folders = listing.split(/\r?\n/).filter((line) => /[\\/]@kopfts[\\/]core$/.test(line));
  if (folders.length === 1) return [];
  return [folders.length === 0 ? 'core is not installed' : `core is installed ${folders.length} times: ${folders.join(', ')}`];
}
