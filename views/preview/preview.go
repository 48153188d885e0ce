// Package preview renders every page with invented people, so that pages can be
// looked at without a server. It holds a test only; to keep the pages, run
//
//	PREVIEW_DIR=/tmp/pages go test -count=1 ./views/preview
package preview
