export function outputComplaints(output: string, version: string): string[];
