/** The bytes of an address that `isIP` knows: 4 or 16, in the order of the network. */
export function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes every IPv6 address in hexadecimal groups, with at most one gap.
  const [before = '', after] = new URL(`http://[${address.split('%', 1)[0] ?? ''}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [start, end] = [groups(before), groups(after ?? '')];
  const gap = Array.from({ length: after === undefined ? 0 : 8 - start.length - end.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...start, ...gap, ...end].entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return bytes;
}
