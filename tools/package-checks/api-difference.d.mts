export function reportComplaints(written: ReadonlyMap<string, string>, current: ReadonlyMap<string, string>): string[];
