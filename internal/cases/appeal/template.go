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

// Templates are what texts are begun from: one for each kind of appeal, and the
// reminder.
func Templates() []string { return append(append([]string(nil), Kinds...), Reminder) }

// Template is the text the program brings along for a template in a language, ""
// where there is none.
func Template(name, lang string) string {
	b, err := fs.ReadFile(templates, path.Join("templates", lang, name+".md"))
	if err != nil {
		return ""
	}
	return string(b)
}
