package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type person struct{ id, name string }

type query struct {
	text, want, name, class, group string
}

type labelled struct {
	a, b  string
	same  bool
	where string
}

type data struct {
	roster    []person
	queries   []query
	negatives [][2]string
	cases     []labelled
}

// rows reads a tab-separated file with a head and gives each row as a map.
func rows(path string, each func(map[string]string)) error {
	f, err := os.Open(path) // #nosec G304 -- what the operator names
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	var head []string
	for in.Scan() {
		cells := strings.Split(in.Text(), "\t")
		if head == nil {
			head = cells
			continue
		}
		row := make(map[string]string, len(head))
		for i, h := range head {
			if i < len(cells) {
				row[h] = cells[i]
			}
		}
		each(row)
	}
	return in.Err()
}

func load(dir string) (*data, error) {
	d := new(data)
	if err := rows(filepath.Join(dir, "roster.tsv"), func(r map[string]string) {
		d.roster = append(d.roster, person{r["entity_id"], r["name"]})
	}); err != nil {
		return nil, err
	}
	if err := rows(filepath.Join(dir, "pairs-positive.tsv"), func(r map[string]string) {
		if r["kind"] == "othername" {
			return // a nom de guerre: no string method finds it
		}
		group := ""
		if r["native"] == "y" {
			group = "native " + strings.TrimSuffix(r["class"], "-latin")
		}
		d.queries = append(d.queries, query{r["query"], r["entity_id"], r["candidate"], r["class"], group})
	}); err != nil {
		return nil, err
	}
	if err := rows(filepath.Join(dir, "pairs-negative.tsv"), func(r map[string]string) {
		d.negatives = append(d.negatives, [2]string{r["query"], r["candidate"]})
	}); err != nil {
		return nil, err
	}
	err := rows(filepath.Join(dir, "cases-labelled.tsv"), func(r map[string]string) {
		d.cases = append(d.cases, labelled{r["name1"], r["name2"], r["is_match"] == "true", r["category"]})
	})
	if err == nil && len(d.roster) == 0 {
		err = fmt.Errorf("%s holds no roster", dir)
	}
	return d, err
}
