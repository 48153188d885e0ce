// Package preview renders every page with invented people, so that pages can be
// looked at without a server. It holds tests only: run
//
//	PREVIEW_DIR=/tmp/pages go test -tags preview ./views/preview
package preview
