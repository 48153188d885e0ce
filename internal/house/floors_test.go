package house

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// floor is a place in the house and how high it lies. A package may import what lies strictly below its own floor,
// and nothing beside it.
type floor struct {
	place  string // a folder; "/*" at its end means each folder in it, none of which may import another
	height int
}

// floors is the whole house. The first line that fits a package counts.
var floors = []floor{
	{"assets", 0},
	{"migrations", 0},
	{"internal/config", 0},
	{"internal/deadline", 0},
	{"internal/edtf", 0},
	{"internal/names", 0},
	{"internal/i18n", 0},
	{"internal/auth", 0},
	{"internal/form", 1},
	{"internal/workflow", 2},
	{"internal/database", 2},
	{"views/parts", 2},
	{"views/layout", 3},
	{"views/records", 4},
	{"views/casefile", 6}, // shows its people as the person's page does
	{"views/preview", 7},  // draws every page with invented people
	{"views/*", 5},
	{"internal/record", 3},
	{"internal/auth/account", 3},
	{"internal/citation", 4},
	{"internal/vault", 4},
	{"internal/notice", 4},
	{"internal/backup", 4},
	{"internal/cases", 6},
	{"internal/cases/demo", 7}, // an invented office: fills every room
	{"internal/cases/*", 5},
	{"internal/paper", 7},
	{"internal/exchange", 7},
	{"internal/web", 8},
	{"cmd/*", 9},
	{"cmd/check/gosec", 9},
	// Only tests import these.
	{"internal/database/dbtest", 8},
	{"internal/database/cluster", 8},
	{"internal/record/recordtest", 8},
	{"internal/web/webtest", 9},
	{"internal/browser", 8},
	{"internal/journeys", 9},
	{"internal/faults", 9},
	{"internal/house", 9},
}

// alone are packages that import nothing of ours although their floor would let them.
var alone = []string{
	"assets", "migrations", "internal/config", "internal/deadline", "internal/edtf", "internal/names", "internal/i18n", "internal/auth", "internal/database",
}

// viewsMay is all that views import of ours beside views on a lower floor: they get plain strings and slices.
var viewsMay = []string{"internal/i18n", "assets"}

// kept says in which places a module may be imported at all.
var kept = []struct {
	module string
	places []string
}{
	{"gorm.io/", []string{"internal/database", "internal/record", "internal/auth/account", "internal/citation", "internal/vault"}},
	{"github.com/gofiber/", []string{"internal/web", "cmd/*"}},
	{"github.com/valyala/fasthttp", []string{"internal/web", "cmd/*"}},
	{"github.com/a-h/templ", []string{"views/*", "internal/web", "internal/paper"}},
	{"github.com/ncruces/go-sqlite3", []string{"internal/database"}},
	{"github.com/jackc/pgx", []string{"internal/database"}},
}

// testOnly are packages that no program imports.
var testOnly = []string{"internal/database/dbtest", "internal/database/cluster", "internal/record/recordtest", "internal/web/webtest", "internal/browser", "internal/house"}

// importsOf reads the imports of every folder's files, tests left out.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	for _, file := range files(t, ".go") {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "third_party/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		dir := path.Dir(file)
		if graph[dir] == nil {
			graph[dir] = []string{}
		}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(graph[dir], name) {
				graph[dir] = append(graph[dir], name)
			}
		}
	}
	return graph
}

func TestImportsGoOnlyDownward(t *testing.T) {
	for pkg, imports := range importsOf(t) {
		if strings.HasPrefix(pkg, "internal/house") {
			continue
		}
		mine, ok := floorOf(pkg)
		if !ok {
			t.Errorf("%s is on no floor: give it a line in the table", pkg)
			continue
		}
		for _, imported := range imports {
			other, ours := strings.CutPrefix(imported, "amparo/")
			if !ours {
				continue
			}
			theirs, ok := floorOf(other)
			if !ok {
				continue // said once, where that package is read
			}
			if theirs >= mine {
				t.Errorf("%s (floor %d) imports %s (floor %d)", pkg, mine, other, theirs)
			}
			if slices.Contains(alone, pkg) {
				t.Errorf("%s imports %s and should import nothing of ours", pkg, other)
			}
			if strings.HasPrefix(pkg, "views/") && !strings.HasPrefix(other, "views/") && !slices.Contains(viewsMay, other) {
				t.Errorf("%s imports %s: views get plain strings and slices", pkg, other)
			}
			if slices.Contains(testOnly, other) && !slices.Contains(testOnly, pkg) && pkg != "cmd/check" { // it runs the tests
				t.Errorf("%s imports %s, which is for tests", pkg, other)
			}
		}
	}
}

func TestModulesStayInTheirRooms(t *testing.T) {
	for pkg, imports := range importsOf(t) {
		if slices.Contains(testOnly, pkg) {
			continue
		}
		for _, imported := range imports {
			for _, k := range kept {
				if strings.HasPrefix(imported, k.module) && !slices.ContainsFunc(k.places, func(p string) bool { return fits(p, pkg) }) {
					t.Errorf("%s imports %s, which only %s may", pkg, imported, strings.Join(k.places, ", "))
				}
			}
		}
	}
}

func TestNoPackageIsCalledAfterNothing(t *testing.T) {
	for pkg := range importsOf(t) {
		for _, empty := range []string{"util", "utils", "common", "helper", "helpers", "manager", "service", "misc", "base"} {
			if path.Base(pkg) == empty {
				t.Errorf("%s says nothing about what lives there", pkg)
			}
		}
	}
}

func floorOf(pkg string) (int, bool) {
	for _, f := range floors {
		if fits(f.place, pkg) {
			return f.height, true
		}
	}
	return 0, false
}

func fits(place, pkg string) bool {
	if dir, each := strings.CutSuffix(place, "/*"); each {
		return path.Dir(pkg) == dir
	}
	return place == pkg
}

// files lists the repository's files with this ending, by their path from the root; what is not ours is left out.
func files(t *testing.T, endings ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(file string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if d.IsDir() && rel != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"node_modules", "assets/vendor", "bin", "data", "tmp"}, filepath.ToSlash(rel))) {
			return filepath.SkipDir
		}
		if !d.IsDir() && slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(rel, e) }) {
			found = append(found, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("no file ends in %v: the test looks in the wrong place", endings)
	}
	return found
}
