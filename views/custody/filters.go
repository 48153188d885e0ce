package custody

import (
	"amparo/views/parts"
	"amparo/views/records"
)

// withDay puts the day in front of the other filters.
func withDay(c Custody) records.List {
	l := c.List
	if c.AsOf.Name != "" {
		l.Filters = append([]parts.Field{c.AsOf}, l.Filters...)
	}
	return l
}
