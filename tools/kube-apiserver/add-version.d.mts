/** The text of go.mod before `go mod tidy`, from the one of k8s.io/kubernetes at a version such as `1.34.4`. */
export function moduleFile(version: string, upstream: string): string;
