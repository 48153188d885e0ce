package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
)

// sbom is what is in the program, for programs to read: CycloneDX.
const sbom = "docs/sbom.cdx.json"

type component struct {
	Type        string     `json:"type"`
	Name        string     `json:"name"`
	Version     string     `json:"version,omitempty"`
	Description string     `json:"description,omitempty"`
	Hashes      []hash     `json:"hashes,omitempty"`
	Licenses    []licensed `json:"licenses"`
	PURL        string     `json:"purl,omitempty"`
}

type hash struct {
	Alg     string `json:"alg"`
	Content string `json:"content"`
}

type licensed struct {
	Expression string `json:"expression"`
}

// billOfMaterials lists the modules of the program and what was copied into it.
func billOfMaterials(program []module) (string, error) {
	var all []component
	for _, m := range program {
		c := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
		if m.Replace != nil {
			c.Description, c.PURL, c.Licenses = "replaced by "+m.Replace.Path+" of this repository", "", []licensed{{"Apache-2.0"}}
			all = append(all, c)
			continue
		}
		l, err := licence(m)
		if err != nil {
			return "", err
		}
		c.Licenses = []licensed{{strings.ReplaceAll(l, ", ", " AND ")}}
		// go.sum's own hash, over the names and hashes of a module's files.
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:"))
		if err != nil {
			return "", err
		}
		c.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum)}}
		all = append(all, c)
	}
	for _, part := range copied {
		if strings.Contains(part.from, "tests only") {
			continue
		}
		c := component{Type: "file", Name: part.file, Version: part.version, Description: part.name + ", from " + part.from, Licenses: []licensed{{part.licence}}}
		if part.version != "" { // others are selections, and grow
			text, err := os.ReadFile(part.file)
			if err != nil {
				return "", err
			}
			sum := sha256.Sum256(text)
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(sum[:])}}
		}
		all = append(all, c)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata":   map[string]any{"component": component{Type: "application", Name: "amparo", Licenses: []licensed{{"Apache-2.0"}}}},
		"components": all,
	})
	return b.String(), err
}
