export function loadedComplaints(urls: readonly string[]): string[];
export function installedComplaints(listing: string): string[];
