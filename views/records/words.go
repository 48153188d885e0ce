package records

import (
	"context"
	"strconv"
	"strings"

	"amparo/internal/i18n"
	"amparo/views/parts"
)

func save(ctx context.Context, label string) string {
	if label != "" {
		return label
	}
	return i18n.T(ctx, "common.save")
}

func side(i int, which string) string { return which + "-" + strconv.Itoa(i) }

func lines(text string) string {
	return strconv.Itoa(max(2, min(2+strings.Count(text, "\n")+len([]rune(text))/60, 12)))
}

// shown is how many rows stand open; a few more than that are not folded away.
func shown(rows []parts.Cell) int {
	if len(rows) > 8 {
		return 6
	}
	return len(rows)
}
