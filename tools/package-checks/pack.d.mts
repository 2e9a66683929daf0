/** A package as its tarball has it. */
export interface Packed {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly file: string;
  readonly tarball: Uint8Array;
  readonly sha256: string;
  readonly files: readonly PackedFile[];
}
export interface PackedFile {
  readonly path: string;
  readonly data: Uint8Array;
}
export interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}
export function packAll(root: string, names: readonly string[], destination: string): Promise<Packed[]>;
export function readTarball(file: string): Promise<Packed>;
export function entriesOf(manifest: Manifest): string[];
