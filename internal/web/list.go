package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/cases/evidence"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/views/parts"
	"amparo/views/records"
	"amparo/views/writing"
)

// kindRoutes are the pages that every kind has.
func (s *Server) kindRoutes(k *record.Kind) []Route {
	may := writers(k)
	base := "/" + k.Path
	get, post := fiber.MethodGet, fiber.MethodPost
	return []Route{
		{Method: get, Path: base + ".csv", Who: Looks, Handle: func(r *Request) error { return r.listFile(k, "csv") }},
		{Method: get, Path: base + ".xlsx", Who: Looks, Handle: func(r *Request) error { return r.listFile(k, "xlsx") }},
		{Method: get, Path: base, Who: Looks, Handle: func(r *Request) error { return r.list(k) }},
		{Method: get, Path: base + "/new", Who: may, Handle: func(r *Request) error { return r.newForm(k) }},
		{Method: post, Path: base, Who: may, Upload: k.Name == evidence.Kind.Name, Handle: func(r *Request) error { return r.create(k) }},
		{Method: get, Path: base + "/:ref", Who: Looks, Handle: func(r *Request) error { return r.show(k) }},
		{Method: get, Path: base + "/:ref/edit", Who: may, Handle: func(r *Request) error { return r.editForm(k) }},
		{Method: post, Path: base + "/:ref", Who: may, Upload: k.Name == evidence.Kind.Name, Handle: func(r *Request) error { return r.save(k) }},
		{Method: get, Path: base + "/:ref/history", Who: Looks, Handle: func(r *Request) error { return r.history(k) }},
		{Method: post, Path: base + "/:ref/moves/:move", Who: may, Handle: func(r *Request) error { return r.move(k) }},
		{Method: post, Path: base + "/:ref/notes", Who: may, Handle: func(r *Request) error { return r.addPiece(k, "notes") }},
		{Method: post, Path: base + "/:ref/citations", Who: may, Handle: func(r *Request) error { return r.addPiece(k, "citations") }},
		{Method: post, Path: base + "/:ref/counts", Who: may, Handle: func(r *Request) error { return r.addPiece(k, "counts") }},
		{Method: post, Path: base + "/:ref/pieces/:part/:id/annul", Who: may, Handle: func(r *Request) error { return r.annulPiece(k) }},
	}
}

// asked reads a list's question from the address.
func (r *Request) asked(k *record.Kind) record.Query {
	q := record.Query{Kind: k.Name, Q: r.query("q"), Filters: map[string]string{}, Sort: r.query("sort"), On: r.on()}
	for _, f := range k.ListOf(r.book.Today()).Filters {
		q.Filters[f.Name] = r.query(f.Name)
	}
	q.Page, _ = strconv.Atoi(r.query("page"))
	q.Page = min(max(q.Page, 1), 100000)
	q.PerPage, _ = strconv.Atoi(r.query("per_page"))
	if !slices.Contains([]int{25, 50, 100}, q.PerPage) {
		q.PerPage = 50
	}
	return q
}

// on is the day the page is asked for, "" for today.
func (r *Request) on() string {
	day := r.query("on")
	if form.IsDay(day) {
		return day
	}
	return ""
}

// with gives the list's own address with some parameters changed; an empty
// value drops one.
func (r *Request) with(pairs ...string) string {
	v := url.Values{}
	r.c.Context().QueryArgs().VisitAll(func(key, value []byte) {
		if name := string(key); name != "lang" {
			v.Set(name, string(value))
		}
	})
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		} else {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return r.c.Path()
	}
	return r.c.Path() + "?" + v.Encode()
}

// list shows one page of a kind.
func (r *Request) list(k *record.Kind) error {
	if view, ok := r.views()[k.Name+" "+r.query("view")]; ok {
		return view()
	}
	var model records.List
	err := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		model, err = r.listModel(tx, k, r.asked(k))
		return err
	})
	if err != nil {
		return err
	}
	if err := r.reassignForm(k, &model); err != nil {
		return err
	}
	if face, ok := r.listFaces()[k.Name]; ok {
		return face(model)
	}
	return r.page(fiber.StatusOK, model.Title, records.ListPage(model))
}

// listModel words one page of a list.
func (r *Request) listModel(tx *record.Tx, k *record.Kind, q record.Query) (records.List, error) {
	res, err := tx.List(q)
	if err != nil {
		return records.List{}, err
	}
	m := records.List{Title: r.L.T("kind." + k.Name + ".many"), Action: "/" + k.Path, Total: r.L.N("kind."+k.Name+".count", res.Total)}
	if r.mayWrite(k) {
		m.New = &parts.Action{Label: r.L.T("kind." + k.Name + ".new"), URL: "/" + k.Path + "/new", Tone: parts.Main}
		if k.Name == "person" || k.Name == "detention" {
			m.New = &parts.Action{Label: r.L.T("page.nav.log"), URL: "/log", Tone: parts.Main}
		}
	}
	m.Downloads = r.queueAct(k)
	if k.Name == "evidence" && r.Actor.May(auth.Write) {
		m.Downloads = append(m.Downloads, parts.Action{Label: r.L.T("web.find.title"), URL: "/find", Tone: parts.Quiet})
	}
	for _, name := range []string{"sort", "per_page"} {
		if v := r.query(name); v != "" {
			m.Hidden = append(m.Hidden, parts.Pair{Name: name, Value: v})
		}
	}
	if k.Name == "appeal" || k.Name == "demand" {
		m.Tabs = r.asking()
	}
	m.Filters = []parts.Field{{Name: "q", Label: r.L.T("web.list.search"), Value: q.Q, Type: parts.Text, Max: 200}}
	shown := 0
	for _, f := range res.List.Filters {
		in := r.filterInput(f, q.Filters[f.Name])
		if f.Options != nil && len(f.Options) < 20 && shown < 3 {
			m.Filters = append(m.Filters, in)
			shown++
		} else {
			m.More = append(m.More, in)
			m.MoreOpen = m.MoreOpen || in.Value != ""
		}
	}
	if m.Set = r.filtersSet(res.List.Filters, q); len(m.Set) > 0 {
		m.ClearURL = "/" + k.Path
	}
	if m.Table, err = r.table(tx, k, res, q); err != nil {
		return m, err
	}
	if k.Name == "person" && r.Actor.May(auth.Write) {
		m.Table.Tick, m.Table.FormID, m.Bulk = "people", "ask", writing.AskForThem()
	}
	if len(res.Rows) == 0 {
		m.Empty = &parts.Empty{Text: r.L.T("kind." + k.Name + ".none")}
		if len(m.Set) > 0 {
			m.Empty = &parts.Empty{Text: r.L.T("web.list.no_match"), Action: &parts.Action{Label: r.L.T("common.clear"), URL: "/" + k.Path}}
		} else if m.New != nil {
			m.Empty.Action = m.New
		}
	}
	m.Pager = r.pager(res.Total, q)
	query := ""
	if _, after, ok := strings.Cut(r.with("page", ""), "?"); ok {
		query = "?" + after
	}
	if res.Total > 0 {
		if k.Name == evidence.Kind.Name && r.Actor.May(auth.Lead) {
			m.Downloads = append(m.Downloads, parts.Action{Label: r.L.T("file.recheck"), URL: "/" + k.Path + "/recheck"})
		}
		m.Downloads = append(m.Downloads, parts.Action{Label: "CSV", URL: "/" + k.Path + ".csv" + query}, parts.Action{Label: "XLSX", URL: "/" + k.Path + ".xlsx" + query})
	}
	return m, nil
}

// filtersSet are the filters in force, each with the list without it.
func (r *Request) filtersSet(filters []record.Filter, q record.Query) []records.Filter {
	var list []records.Filter
	for _, f := range filters {
		if v := q.Filters[f.Name]; v != "" {
			word := v
			if slices.Contains(f.Options, v) {
				word = r.option(f.Vocab, v)
			} else if v == record.Nobody && f.Kind != "" {
				word = r.L.T("web.board.nobody")
			}
			list = append(list, records.Filter{Label: r.L.T("filter."+f.Name) + ": " + word, URL: r.with(f.Name, "", "page", "")})
		}
	}
	if q.Q != "" {
		list = append(list, records.Filter{Label: q.Q, URL: r.with("q", "", "page", "")})
	}
	return list
}

func (r *Request) filterInput(f record.Filter, value string) parts.Field {
	in := parts.Field{Name: f.Name, ID: "filter-" + f.Name, Label: r.L.T("filter." + f.Name), Value: value}
	switch {
	case f.Options != nil:
		in.Type = parts.Choice
		in.Options = append([]parts.Option{{}}, r.options(f.Vocab, f.Options, value)...)
	case f.Kind != "":
		in.Type, in.Suggest = parts.Ref, f.Kind
	default:
		in.Type = parts.Text
	}
	return in
}

// pager leads through the pages of a list; nil when there is only one.
func (r *Request) pager(total int, q record.Query) *parts.Pager {
	pages := (total + q.PerPage - 1) / q.PerPage
	if pages <= 1 {
		return nil
	}
	from := (q.Page-1)*q.PerPage + 1
	p := &parts.Pager{Summary: r.L.T("web.list.range", "from", r.L.Int(from), "to", r.L.Int(min(from+q.PerPage-1, total)), "total", r.L.Int(total))}
	if q.Page > 1 {
		p.Prev = r.with("page", strconv.Itoa(q.Page-1))
	}
	if q.Page < pages {
		p.Next = r.with("page", strconv.Itoa(q.Page+1))
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < q.Page-2 || n > q.Page+2) {
			continue
		}
		if n != last+1 {
			p.Pages = append(p.Pages, parts.PageLink{Label: "…"})
		}
		last = n
		p.Pages = append(p.Pages, parts.PageLink{Label: r.L.Int(n), URL: r.with("page", strconv.Itoa(n)), Current: n == q.Page})
	}
	return p
}

// table words the rows of a list; links of all rows are looked up at once.
func (r *Request) table(tx *record.Tx, k *record.Kind, res record.Result, q record.Query) (parts.Table, error) {
	var t parts.Table
	t.Caption = r.L.T("kind." + k.Name + ".many")
	sorted := q.Sort
	if sorted == "" {
		sorted = res.List.Default
	}
	var shown []int
	other := -1
	for i, c := range res.List.Columns {
		if c.Name == "name_arab" {
			other = i
			continue
		}
		if c.File || c.Name == "ref" {
			continue
		}
		if k.Name == "detention" && c.Name == "title" {
			continue
		}
		shown = append(shown, i)
		h := parts.Head{Name: c.Name, Label: r.column(k, c.Name), Numeric: c.Type == form.Number}
		if c.Sort != "" {
			h.SortURL = r.with("sort", c.Name, "page", "")
			switch sorted {
			case c.Name:
				h.Sorted, h.SortURL = "asc", r.with("sort", "-"+c.Name, "page", "")
			case "-" + c.Name:
				h.Sorted = "desc"
			}
		}
		t.Heads = append(t.Heads, h)
	}
	var ids []string
	for _, row := range res.Rows {
		for _, i := range shown {
			if c := res.List.Columns[i]; c.Type == form.Link || c.Type == form.Links {
				ids = append(ids, strings.Split(row.Cells[i], "\n")...)
			}
		}
	}
	titles, err := tx.Titles(ids...)
	if err != nil {
		return t, err
	}
	people, err := tx.Accounts()
	if err != nil {
		return t, err
	}
	for _, row := range res.Rows {
		tr := parts.TableRow{Select: row.Ref}
		for n, i := range shown {
			c := res.List.Columns[i]
			cell := r.cell(k, c, row.Cells[i], titles, people)
			if c.Name == "title" {
				cell = parts.Cell{Text: row.Title, URL: "/" + k.Path + "/" + row.Ref, Sub: row.Ref, Primary: true}
				if other >= 0 && row.Cells[other] != row.Title {
					cell.Other = row.Cells[other]
					if r.L.Lang() == "ar" && cell.Other != "" {
						cell.Text, cell.Other = cell.Other, cell.Text
					}
				}
			}
			if k.Name == "detention" && n == 0 {
				cell.Primary = true
			}
			cell.Numeric = t.Heads[n].Numeric
			tr.Cells = append(tr.Cells, cell)
		}
		r.markLate(k, res, row, shown, &tr)
		t.Rows = append(t.Rows, tr)
	}
	return t, nil
}

// column is the head of a column, in words.
func (r *Request) column(k *record.Kind, name string) string {
	for _, key := range []string{"column." + k.Name + "." + name, "column." + name, "field." + k.Name + "." + name} {
		if r.L.Has(key) {
			return r.L.T(key)
		}
	}
	return r.L.T("field." + name)
}

// cell words one value of a list.
func (r *Request) cell(k *record.Kind, c record.Column, v string, titles, people map[string]form.Ref) parts.Cell {
	if v == "" {
		return parts.Cell{}
	}
	if c.Name == "media_type" {
		return parts.Cell{Text: r.mediaType(v)}
	}
	switch c.Type {
	case form.Date:
		text := r.dateText(v)
		return parts.Cell{Text: text, Tight: utf8.RuneCountInString(text) < 14}
	case form.Choice:
		switch c.Name {
		case "custody", "custody_state":
			return parts.Cell{Badges: []parts.Badge{r.custodyBadge(v)}}
		case "state":
			return parts.Cell{Badges: []parts.Badge{r.stateBadge(k.Name, v)}}
		case "priority":
			if v == "normal" || v == "low" {
				return parts.Cell{Text: r.L.T("option.priority." + v)}
			}
			return parts.Cell{Badges: []parts.Badge{{Word: r.L.T("option.priority." + v), Tone: tones[v]}}}
		}
		prefix := "option." + c.Name + "."
		if f, ok := k.New().Fields().Get(c.Name); ok {
			prefix = f.LabelPrefix()
		}
		return parts.Cell{Text: r.option(prefix, v)}
	case form.Bool:
		if v == "0" {
			return parts.Cell{}
		}
		return parts.Cell{Text: r.L.T("option.yes_no_unknown.yes")}
	case form.Number:
		if n, err := strconv.Atoi(v); err == nil {
			return parts.Cell{Text: r.L.Int(n)}
		}
		return parts.Cell{Text: v}
	case form.Account:
		return parts.Cell{Text: people[v].Title}
	case form.Link, form.Links:
		oneOf := c.Name == "held_at" // several places: one of them
		var runs []parts.Run
		ids := slices.DeleteFunc(strings.Split(v, "\n"), func(id string) bool { _, seen := titles[id]; return !seen })
		for i, id := range ids {
			if i == 3 && len(ids) > 4 {
				runs = append(runs, parts.Run{Text: r.L.N("web.case.and_others", len(ids)-i), Quiet: true})
				break
			}
			if i > 0 && oneOf {
				runs = append(runs, parts.Run{Text: r.L.T("web.or"), Quiet: true})
			}
			runs = append(runs, r.link(titles[id]))
		}
		return parts.Cell{Runs: runs, Stacked: !oneOf}
	case form.List:
		return parts.Cell{Text: strings.ReplaceAll(v, "\n", "; ")}
	}
	return parts.Cell{Text: v}
}
