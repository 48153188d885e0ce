package faults

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"slices"
	"testing"
)

func TestTheBillOfMaterialsListsEveryModuleOfTheProgram(t *testing.T) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/sbom.cdx.json")
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		Components []struct{ Type, Name, Version string }
	}
	if err := json.Unmarshal(text, &bill); err != nil {
		t.Fatal(err)
	}
	var built, listed []string
	for _, m := range info.Deps {
		built = append(built, m.Path+" "+m.Version)
	}
	for _, c := range bill.Components {
		if c.Type == "library" {
			listed = append(listed, c.Name+" "+c.Version)
		}
	}
	slices.Sort(built)
	slices.Sort(listed)
	if len(built) == 0 || !slices.Equal(built, listed) {
		t.Errorf("in the program are\n%q\nand listed are\n%q", built, listed)
	}
}
