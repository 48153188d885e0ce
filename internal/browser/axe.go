package browser

import (
	_ "embed"
	"encoding/json"
)

// axeSource is axe-core as its makers publish it (npm axe-core, MPL-2.0).
//
//go:embed testdata/axe.min.js
var axeSource string

// Axe fails the test for each accessibility fault that axe finds on the page as it is now (WCAG 2.2 A and AA, best practice).
func (p *Page) Axe() {
	p.t.Helper()
	p.mu.Lock()
	p.quiet = true // axe itself tries things that the page's policy refuses
	p.mu.Unlock()
	if !Eval[bool](p, `typeof axe === "object"`) {
		Eval[bool](p, axeSource+"\n;true")
	}
	found := Eval[string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.target.join(" ") + "  " + n.html.slice(0, 160) + "  " + n.any.concat(n.all, n.none).map(c => c.message).join("; "))}))))`)
	p.mu.Lock()
	p.quiet = false
	p.mu.Unlock()
	var faults []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(found), &faults); err != nil {
		p.t.Fatal(err)
	}
	for _, f := range faults {
		for _, n := range f.Nodes {
			p.t.Errorf("axe, %s: %s (%s)\n\t%s", p.Path(), f.Help, f.ID, n)
		}
	}
}
