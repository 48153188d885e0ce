package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/demand"
	"amparo/internal/form"
	"amparo/internal/record"
)

// jsonPage sends one page of a list. A large one is asked for as a file is.
func (r *Request) jsonPage(items []map[string]any, total, page, perPage int) error {
	if err := r.mayCarry(len(items)); err != nil {
		return err
	}
	return r.json(fiber.StatusOK, map[string]any{"items": items, "total": total, "page": page, "per_page": perPage})
}

// json sends a value.
func (r *Request) json(status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	body := b.Bytes()
	r.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	r.c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Authorization, Cookie")
	if len(body) > 1200 && strings.Contains(r.c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		body = squeeze(body)
		r.c.Set(fiber.HeaderContentEncoding, "gzip")
	}
	r.c.Status(status).Response().SetBodyRaw(body)
	return nil
}

// apiRecord is one record as the API writes it, with its moves.
func (r *Request) apiRecord(tx *record.Tx, s *record.Sheet) (map[string]any, error) {
	list, err := r.apiRecords(tx, s.Kind, []*record.Sheet{s})
	if err != nil {
		return nil, err
	}
	list[0]["moves"], err = r.apiMoves(tx, s)
	return list[0], err
}

// apiRecords are records as the API writes them: their head, their fields, and
// what is computed for their kind. A field that has the name of a member of the
// head comes before it, so that what was written is what is read.
func (r *Request) apiRecords(tx *record.Tx, k *record.Kind, sheets []*record.Sheet) ([]map[string]any, error) {
	people, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	by := func(id string) string {
		if p, ok := people[id]; ok {
			return p.Ref
		}
		return id
	}
	list := make([]map[string]any, len(sheets))
	for i, s := range sheets {
		fields := s.Fields().JSON()
		m := map[string]any{"ref": s.Head.Ref, "kind": k.Name, "case": nil, "title": s.Head.Title, "state": s.Head.State, "sensitivity": s.Head.Sensitivity,
			"version": s.Head.Version, "voided": s.Head.Voided, "created_at": s.Head.CreatedAt, "created_by": by(s.Head.CreatedBy),
			"updated_at": s.Head.UpdatedAt, "updated_by": by(s.Head.UpdatedBy)}
		if s.Case.Ref != "" {
			m["case"] = s.Case.Ref
		}
		for name, v := range fields {
			m[name] = v
		}
		list[i] = m
	}
	if more, ok := computed[k.Name]; ok {
		return list, more.add(r, tx, sheets, list)
	}
	return list, nil
}

// computation is what the records of a kind carry beyond head and fields, as of a day.
type computation struct {
	members schema
	add     func(r *Request, tx *record.Tx, sheets []*record.Sheet, list []map[string]any) error
}

var computed = map[string]computation{
	"person":    {schema{"custody": orNull(schemaRef("custody"))}, (*Request).withCustody},
	"detention": {schema{"custody": orNull(schemaRef("custody"))}, (*Request).withOwnCustody},
	"appeal":    {nil, (*Request).withAppealStanding},
	"demand": {schema{"overdue_days": schema{"type": []string{"integer", "null"}}, "answered": yesOrNo, "lapse_proposed": yesOrNo},
		(*Request).withDemandStanding},
}

func (r *Request) withAppealStanding(tx *record.Tx, sheets []*record.Sheet, list []map[string]any) error {
	all, err := cases.AppealStandings(tx, r.asOf(), sheets...)
	for i, s := range sheets {
		list[i]["state"] = all[s.Head.ID].State
	}
	return err
}

func (r *Request) withDemandStanding(tx *record.Tx, sheets []*record.Sheet, list []map[string]any) error {
	all, err := cases.DemandStandings(tx, r.asOf(), sheets...)
	for i, s := range sheets {
		st := all[s.Head.ID]
		list[i]["state"], list[i]["answered"], list[i]["lapse_proposed"], list[i]["overdue_days"] = st.State, st.Answered, st.LapseProposed, nil
		if !record.As[*demand.Demand](s).Due.IsZero() {
			list[i]["overdue_days"] = st.Overdue
		}
	}
	return err
}

// asOf is the day a request asks about.
func (r *Request) asOf() string {
	if on := r.on(); on != "" {
		return on
	}
	return r.book.Today()
}

func (r *Request) withCustody(tx *record.Tx, sheets []*record.Sheet, list []map[string]any) error {
	ids := make([]string, len(sheets))
	for i, s := range sheets {
		ids[i] = s.Head.ID
	}
	all, err := cases.StandingOfPeople(tx, r.asOf(), ids...)
	if err != nil {
		return err
	}
	titles, err := standingTitles(tx, all)
	if err != nil {
		return err
	}
	for i, s := range sheets {
		list[i]["custody"] = nil
		if st, ok := all[s.Head.ID]; ok {
			list[i]["custody"] = custodyJSON(st, titles)
		}
	}
	return nil
}

func (r *Request) withOwnCustody(tx *record.Tx, sheets []*record.Sheet, list []map[string]any) error {
	all, err := cases.Standings(tx, r.asOf(), sheets...)
	if err != nil {
		return err
	}
	titles, err := standingTitles(tx, all)
	if err != nil {
		return err
	}
	for i, s := range sheets {
		st := all[s.Head.ID]
		list[i]["custody"], list[i]["state"] = nil, nil
		if st.State != "" {
			list[i]["custody"], list[i]["state"] = custodyJSON(st, titles), st.State
		}
	}
	return nil
}

// standingTitles resolves what standings name, for all of them at once and
// within the reader's scope.
func standingTitles(tx *record.Tx, all map[string]cases.Standing) (map[string]form.Ref, error) {
	var ids []string
	for _, st := range all {
		ids = append(append(ids, st.Places...), st.By, st.LastDocument)
	}
	return tx.Titles(ids...)
}

// custodyJSON is custody as the API writes it; what its reader may not see is
// left out of it.
func custodyJSON(st cases.Standing, titles map[string]form.Ref) map[string]any {
	places := []string{}
	for _, id := range st.Places {
		if ref, ok := titles[id]; ok {
			places = append(places, ref.Ref)
		}
	}
	days := map[string]any{"min": st.DaysMin, "max": st.DaysMax}
	if st.DaysOpen {
		days["max"] = nil
	}
	m := map[string]any{"state": st.State, "in_custody": st.InCustody, "since": sinceText(st), "since_words": st.Since.Words, "as_of": st.AsOf,
		"places": places, "alternatives": st.Alternatives, "by": nil, "days": days, "last_confirmed": nil, "last_source": nil,
		"stale": st.Stale, "next": nil, "detention": st.Detention.Head.Ref}
	if by, ok := titles[st.By]; ok {
		m["by"] = by.Ref
	}
	if st.LastConfirmed != "" {
		m["last_confirmed"] = st.LastConfirmed
	}
	if st.LastSpeaker != "" {
		m["last_source"] = st.LastSpeaker
	} else if doc, ok := titles[st.LastDocument]; ok {
		m["last_source"] = doc.Ref
	}
	if st.Next != nil {
		m["next"] = map[string]any{"text": st.NextText, "date": st.Next.Date.Text}
	}
	return m
}

// sinceText is since when a state has held: the date as it was stated, else
// between which days it began.
func sinceText(st cases.Standing) string {
	switch {
	case st.Since.Text != "":
		return st.Since.Text
	case st.SinceEarliest == st.SinceLatest:
		return st.SinceLatest
	}
	return "[" + st.SinceEarliest + ".." + st.SinceLatest + "]"
}

// apiMoves lists what may be done next, and why what may not.
func (r *Request) apiMoves(tx *record.Tx, s *record.Sheet) ([]map[string]any, error) {
	offers, err := tx.Offers(s)
	if err != nil {
		return nil, err
	}
	list := make([]map[string]any, 0, len(offers))
	for _, o := range offers {
		list = append(list, map[string]any{"name": o.Name, "to": o.To, "asks": append([]string{}, o.Asks...), "open": o.Open,
			"why_not": strings.Join(r.reasons(o.Why), " ")})
	}
	return list, nil
}

// object reads the body: one JSON object that can be read in one way only.
func (r *Request) object() (map[string]json.RawMessage, error) {
	kind, parameters, err := mime.ParseMediaType(r.c.Get(fiber.HeaderContentType))
	charset := strings.ToLower(parameters["charset"])
	if err != nil || kind != fiber.MIMEApplicationJSON && kind != "application/merge-patch+json" || charset != "" && charset != "utf-8" {
		return nil, &refusal{fiber.StatusUnsupportedMediaType, "media_type"}
	}
	if r.c.Get(fiber.HeaderContentEncoding) != "" {
		return nil, &refusal{fiber.StatusUnsupportedMediaType, "media_type"}
	}
	return readObject(r.c.Body())
}

// deepest is how deep a body may nest; no record needs more than four.
const deepest = 32

// readObject reads one JSON object. Text that is not UTF-8, halves of letters,
// names that are there twice and anything after the object are refused, since
// two programs could read them differently.
func readObject(body []byte) (map[string]json.RawMessage, error) {
	bad := func(code string) error { return &refusal{fiber.StatusBadRequest, code} }
	if !utf8.Valid(body) {
		return nil, bad("characters")
	}
	if bytes.IndexByte(body, 0) >= 0 || halfLetters(body) {
		return nil, bad("characters")
	}
	if !json.Valid(body) {
		return nil, bad("malformed")
	}
	if err := once(body); err != nil {
		return nil, err
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(body, &m); err != nil || m == nil {
		return nil, bad("not_an_object")
	}
	return m, nil
}

// once refuses names that are twice in one object, and nesting without end.
func once(body []byte) error {
	type level struct {
		names map[string]bool // nil in a list
		name  bool            // a name comes next
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &refusal{fiber.StatusBadRequest, "malformed"}
		}
		if delim, ok := token.(json.Delim); ok {
			switch delim {
			case '{':
				open = append(open, level{names: map[string]bool{}, name: true})
				continue
			case '[':
				open = append(open, level{})
				continue
			}
			open = open[:len(open)-1]
		} else if len(open) > 0 && open[len(open)-1].name {
			at := &open[len(open)-1]
			name := token.(string)
			if at.names[name] {
				return &refusal{fiber.StatusBadRequest, "twice"}
			}
			at.names[name], at.name = true, false
			continue
		}
		if len(open) > deepest {
			return &refusal{fiber.StatusBadRequest, "request_too_deep"}
		}
		if len(open) > 0 && open[len(open)-1].names != nil {
			open[len(open)-1].name = true
		}
	}
}

// halfLetters tells whether a text escapes one half of a surrogate pair; the
// reader of the standard library would replace it without a word.
func halfLetters(body []byte) bool {
	unit := func(i int) (uint64, bool) {
		if i+6 > len(body) || body[i] != '\\' || body[i+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(body[i+2:i+6]), 16, 16)
		return n, err == nil
	}
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		n, ok := unit(i)
		if !ok {
			i++ // what is escaped is no backslash of its own
			continue
		}
		i += 5
		switch {
		case n >= 0xDC00 && n <= 0xDFFF:
			return true
		case n >= 0xD800 && n <= 0xDBFF:
			low, ok := unit(i + 1)
			if !ok || low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// jsonString reads a text; null is "".
func jsonString(raw json.RawMessage) (string, bool) {
	var s *string
	if len(raw) == 0 || json.Unmarshal(raw, &s) != nil {
		return "", len(raw) == 0
	}
	if s == nil {
		return "", true
	}
	return *s, true
}

// fill reads what was sent into fields; only what is sent changes.
func (r *Request) fill(fields form.Set, in map[string]json.RawMessage) form.Problems {
	problems := wrongTypes("", fields, in, referred)
	wrong := map[string]bool{}
	for _, p := range problems {
		name, _, _ := strings.Cut(p.Field, ".")
		wrong[name] = true
	}
	rest := map[string]json.RawMessage{}
	for name, raw := range in {
		if !wrong[name] {
			rest[name] = raw
		}
	}
	return append(problems, fields.SetJSON(rest, r.now())...)
}

// linking says what a link may be given as.
type linking int

const (
	referred linking = iota // a ref or an e-mail address
	named                   // a ref or a name
)

// wrongTypes finds values of another type than their field's, and names where
// only refs will do.
func wrongTypes(prefix string, fields form.Set, in map[string]json.RawMessage, how linking) form.Problems {
	var p form.Problems
	for _, f := range fields {
		raw, sent := in[f.Name]
		if !sent || f.Derived || bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
			continue
		}
		path := prefix + f.Name
		if f.Type == form.Group {
			var rows []map[string]json.RawMessage
			if f.Single {
				rows = make([]map[string]json.RawMessage, 1)
				if json.Unmarshal(raw, &rows[0]) != nil {
					p = append(p, form.Problem{Field: path, Code: "wrong_type"})
					continue
				}
			} else if json.Unmarshal(raw, &rows) != nil {
				p = append(p, form.Problem{Field: path, Code: "wrong_type"})
				continue
			}
			if len(rows) > f.Max {
				continue // said once for all rows
			}
			template := f.Template() // a spare row, which SetJSON drops with all others
			for i, row := range rows {
				at := path + "." + strconv.Itoa(i) + "."
				if f.Single {
					at = path + "."
				}
				p = append(p, wrongTypes(at, template, row, how)...)
			}
			continue
		}
		if code, what := wrongType(f, raw, how); code != "" {
			p = append(p, form.Problem{Field: path, Code: code, Args: []any{"what", what}})
		}
	}
	return p
}

func wrongType(f form.Field, raw json.RawMessage, how linking) (code, what string) {
	var one string
	var several []string
	switch f.Type {
	case form.Bool:
		var b bool
		if json.Unmarshal(raw, &b) != nil {
			return "wrong_type", ""
		}
	case form.Number:
		var n json.Number
		if json.Unmarshal(raw, &n) != nil {
			return "wrong_type", ""
		}
	case form.List, form.Choices, form.Links, form.Accounts:
		if json.Unmarshal(raw, &several) != nil {
			if json.Unmarshal(raw, &one) != nil {
				return "wrong_type", ""
			}
			several = strings.Split(one, "\n")
		}
	default:
		if json.Unmarshal(raw, &one) != nil {
			if f.Type != form.Long || json.Unmarshal(raw, &several) != nil {
				return "wrong_type", ""
			}
		} else {
			several = []string{one}
		}
	}
	if how == referred && (f.Type == form.Link || f.Type == form.Links) {
		for _, ref := range several {
			if ref = strings.TrimSpace(ref); ref != "" && !record.LooksLikeRef(strings.ToUpper(ref)) {
				return "not_found", ref
			}
		}
	}
	return "", ""
}

// headMembers are what every record carries and no client sets.
var headMembers = []string{"ref", "kind", "case", "title", "state", "sensitivity", "version", "voided", "created_at", "created_by", "updated_at", "updated_by", "moves"}

// readOnly takes out of a body what no client sets, if it says what is so
// anyway; otherwise it is a problem. now is the record on file, nil for a new one.
func readOnly(k *record.Kind, fields form.Set, in map[string]json.RawMessage, now map[string]any) form.Problems {
	var p form.Problems
	for name, raw := range in {
		if k.Called != nil && (name == "likely" || name == "merged_into") {
			delete(in, name) // told once, of that moment
			continue
		}
		f, isField := fields.Get(name)
		if isField && !f.Derived {
			continue
		}
		_, carried := now[name]
		_, own := computed[k.Name].members[name]
		if !carried && !isField && !own && !slices.Contains(headMembers, name) {
			continue // unknown, which is said elsewhere
		}
		if now == nil || !carried || !sameJSON(raw, now[name]) {
			if name == "case" && (k.IsCase || k.Register) && now == nil {
				continue
			}
			p = append(p, form.Problem{Field: name, Code: "read_only"})
		}
		delete(in, name)
	}
	slices.SortFunc(p, func(a, b form.Problem) int { return strings.Compare(a.Field, b.Field) })
	return p
}

func sameJSON(raw json.RawMessage, v any) bool {
	b, err := json.Marshal(v)
	if err != nil {
		return false
	}
	var sent, have any
	return json.Unmarshal(raw, &sent) == nil && json.Unmarshal(b, &have) == nil && reflect.DeepEqual(sent, have)
}
