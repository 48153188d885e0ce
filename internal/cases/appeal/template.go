package appeal

import (
	"embed"
	"io/fs"
	"path"
)

//go:embed templates/*/*.md
var templates embed.FS

// Reminder is the template of a letter that asks again.
const Reminder = "reminder"

// Letterhead is the template of what stands at the head of papers that leave: the
// office's name, then how to reach it, a line each.
const Letterhead = "letterhead"

// Templates are what texts are begun from: one for each kind of appeal, the
// reminder, and the letterhead.
func Templates() []string { return append(append([]string(nil), Kinds...), Reminder, Letterhead) }

// Template is the text the program brings along for a template in a language, ""
// where there is none.
func Template(name, lang string) string {
	b, err := fs.ReadFile(templates, path.Join("templates", lang, name+".md"))
	if err != nil {
		return ""
	}
	return string(b)
}
