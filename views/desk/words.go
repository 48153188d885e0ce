package desk

import (
	"context"

	"amparo/internal/i18n"
)

func changed(ctx context.Context, since string) string {
	if since == "" {
		return i18n.T(ctx, "page.desk.changed")
	}
	return since
}
