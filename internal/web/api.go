package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/evidence"
	"amparo/internal/citation"
	"amparo/internal/form"
	"amparo/internal/names"
	"amparo/internal/record"
)

const (
	apiBase     = "/api/v1/"
	problemType = "application/problem+json"
)

// operation is one thing the API does: its route and how it is described.
type operation struct {
	method, path string
	who          Who
	do           func(*Request) error
	id, tag      string
	query        []parameter
	matches      bool   // asks for If-Match
	body         schema // nil when it takes none
	parts        schema // body as a form in parts, nil when it takes none
	status       int    // when it went well
	reply        schema // nil for the bytes of a file
}

func (s *Server) apiRoutes() []Route {
	var t []Route
	for _, o := range s.operations() {
		t = append(t, Route{Method: o.method, Path: o.path, Who: o.who, Handle: o.do, API: true, Upload: o.parts != nil})
	}
	return t
}

// hanging are the parts the API knows, each with the kinds it may hang on; nil is all.
var hanging = map[string][]string{
	"citations": nil,
	"notes":     nil,
	"counts":    {"case", "person", "place", "organization"},
	"consents":  {"person"},
	"comments":  {"appeal"},
}

// operations lists all the API does. What has a name of its own comes before
// what is named by a ref.
func (s *Server) operations() []operation {
	get, post, patch := fiber.MethodGet, fiber.MethodPost, fiber.MethodPatch
	list := []operation{
		{method: get, path: apiBase + "openapi.json", who: Looks, do: (*Request).openAPI, id: "openapi", tag: "about", status: 200, reply: schema{"type": "object"}},
		{method: get, path: apiBase + "search", who: Looks, do: (*Request).apiSearch, id: "search", tag: "search",
			query: append([]parameter{{"q", textOf(200)}, {"kind", codesOf(s.kindNames())}}, pageParameters...), status: 200, reply: pageOf(schemaRef("found"))},
		{method: get, path: apiBase + s.book.Kind("person").Path + "/matches", who: Looks, do: (*Request).apiMatches, id: "matches", tag: "person",
			query: []parameter{{"name", textOf(300)}}, status: 200, reply: itemsOf(schemaRef("match"))},
		{method: post, path: apiBase + "log", who: Writes, do: (*Request).apiLog, id: "log", tag: "log",
			body: schemaRef("log"), status: 201, reply: schemaRef("logged")},
		deadlineOperation(),
		givenOperation(),
		erasureOperation(),
	}
	for _, k := range s.book.Kinds() {
		may := writers(k)
		all, one := apiBase+k.Path, apiBase+k.Path+"/:ref"
		rec, input := schemaRef(k.Name), schemaRef(k.Name+"_input")
		list = append(list,
			operation{method: get, path: all, who: Looks, do: func(r *Request) error { return r.apiList(k) }, id: "list_" + k.Path, tag: k.Name, query: s.listParameters(k), status: 200, reply: pageOf(schemaRef(k.Name + "_item"))},
			operation{method: post, path: all, who: may, do: func(r *Request) error { return r.apiCreate(k) }, id: "create_" + k.Name, tag: k.Name, body: input, parts: partsOf(k), status: 201, reply: rec},
			operation{method: get, path: one, who: Looks, do: func(r *Request) error { return r.apiShow(k) }, id: "get_" + k.Name, tag: k.Name, query: []parameter{onParameter}, status: 200, reply: rec},
			operation{method: patch, path: one, who: may, do: func(r *Request) error { return r.apiPatch(k) }, id: "change_" + k.Name, tag: k.Name, matches: true, body: input, status: 200, reply: rec},
			operation{method: post, path: one + "/moves/:move", who: may, do: func(r *Request) error { return r.apiMove(k) }, id: "move_" + k.Name, tag: k.Name, matches: true, body: schemaRef(k.Name + "_move"), status: 200, reply: rec},
			operation{method: get, path: one + "/history", who: Looks, do: func(r *Request) error { return r.apiHistory(k) }, id: "history_of_" + k.Name, tag: k.Name, status: 200, reply: itemsOf(schemaRef("history_line"))},
		)
		list = append(list, accessOperations(k, one, rec)...)
		if k.Called != nil {
			list = append(list, mergeOperations(k, one, rec)...)
		}
		if k.Name == evidence.Kind.Name {
			list = append(list, fileOperations(one, rec)...)
		}
		for _, part := range sortedKeys(hanging) {
			if on := hanging[part]; on != nil && !slices.Contains(on, k.Name) {
				continue
			}
			piece, given := schemaRef(part), schemaRef(part+"_input")
			list = append(list,
				operation{method: get, path: one + "/" + part, who: Looks, do: func(r *Request) error { return r.apiPieces(k, part) }, id: part + "_of_" + k.Name, tag: k.Name, status: 200, reply: itemsOf(piece)},
				operation{method: post, path: one + "/" + part, who: may, do: func(r *Request) error { return r.apiAddPiece(k, part) }, id: "add_" + part + "_to_" + k.Name, tag: k.Name, body: given, status: 201, reply: piece},
				operation{method: patch, path: one + "/" + part, who: may, do: func(r *Request) error { return r.apiAmendPiece(k, part) }, id: "change_listed_" + part + "_of_" + k.Name, tag: k.Name, body: given, status: 200, reply: piece},
				operation{method: patch, path: one + "/" + part + "/:id", who: may, do: func(r *Request) error { return r.apiAmendPiece(k, part) }, id: "change_" + part + "_of_" + k.Name, tag: k.Name, body: given, status: 200, reply: piece},
			)
		}
	}
	return list
}

// apiSheet is the record of the address. What has not the shape of a ref never
// reaches the database.
func (r *Request) apiSheet(tx *record.Tx, k *record.Kind) (*record.Sheet, error) {
	if !record.LooksLikeRef(r.ref()) {
		return nil, record.ErrNotFound
	}
	return r.sheet(tx, k)
}

func (r *Request) apiList(k *record.Kind) error {
	q := r.asked(k)
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		res, err := tx.List(q)
		if err != nil {
			return err
		}
		items, err := r.apiItems(tx, k, res.Rows)
		if err != nil {
			return err
		}
		return r.jsonPage(items, res.Total, q.Page, q.PerPage)
	})
}

// apiItems reads the records of a list's rows, in their order. What costs a
// question for each, their moves, is told of single records only.
func (r *Request) apiItems(tx *record.Tx, k *record.Kind, rows []record.Row) ([]map[string]any, error) {
	if len(rows) == 0 {
		return []map[string]any{}, nil
	}
	at := make(map[string]int, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		at[row.ID], ids[i] = i, row.ID
	}
	sheets, err := tx.Where(k.Name, "h.id IN ?", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(sheets, func(a, b *record.Sheet) int { return at[a.Head.ID] - at[b.Head.ID] })
	return r.apiRecords(tx, k, sheets)
}

func (r *Request) apiShow(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		if s.Head.Ref != r.ref() {
			return r.apiMoved(tx, s)
		}
		return r.apiAnswer(tx, fiber.StatusOK, s)
	})
}

// apiAnswer sends one record with its version.
func (r *Request) apiAnswer(tx *record.Tx, status int, s *record.Sheet) error {
	m, err := r.apiRecord(tx, s)
	if err != nil {
		return err
	}
	r.c.Set(fiber.HeaderETag, `"`+version(s)+`"`)
	return r.json(status, m)
}

func (r *Request) apiCreate(k *record.Kind) error {
	if isMultipart(r.c) && r.route.Upload {
		return r.apiReceive()
	}
	in, err := r.object()
	if err != nil {
		return err
	}
	// The home case is found by the same function that reads it from a form.
	r.values = form.Values{}
	var problems form.Problems
	if raw, sent := in["case"]; sent && !k.IsCase && !k.Register {
		ref, ok := jsonString(raw)
		switch {
		case !ok:
			problems = append(problems, form.Problem{Field: "case", Code: "wrong_type"})
		case !form.Clean(ref):
			problems = append(problems, form.Problem{Field: "case", Code: "characters"})
		}
		r.values["case"] = []string{ref}
		delete(in, "case")
	}
	body := k.New()
	problems = append(problems, readOnly(k, body.Fields(), in, nil)...)
	problems = append(problems, r.fill(body.Fields(), in)...)
	if err := problems.Or(); err != nil {
		return err
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		home, err := r.home(tx, k, body)
		if err != nil {
			return err
		}
		made, err := tx.Create(k.Name, body, home)
		if err != nil {
			return err
		}
		r.c.Set(fiber.HeaderLocation, apiBase+k.Path+"/"+made.Head.Ref)
		if k.Called == nil {
			return r.apiKept(tx, fiber.StatusCreated, made)
		}
		return r.apiMade(tx, made)
	})
}

// apiKept answers with a record as it is on file now.
func (r *Request) apiKept(tx *record.Tx, status int, s *record.Sheet) error {
	now, err := tx.Get(s.Kind.Name, s.Head.Ref)
	if err != nil {
		return err
	}
	return r.apiAnswer(tx, status, now)
}

// began is the version a change started from, as If-Match says it.
func (r *Request) began(s *record.Sheet) (int, error) {
	list := r.c.Get(fiber.HeaderIfMatch)
	if strings.TrimSpace(list) == "" || strings.TrimSpace(list) == "*" {
		return 0, statusError(fiber.StatusPreconditionRequired)
	}
	for _, tag := range strings.Split(list, ",") {
		if strings.Trim(strings.TrimSpace(tag), `"`) == version(s) {
			return s.Head.Version, nil
		}
	}
	return 0, &record.Stale{Current: s}
}

func (r *Request) apiPatch(k *record.Kind) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		began, err := r.began(s)
		if err != nil {
			return err
		}
		now, err := r.apiRecord(tx, s)
		if err != nil {
			return err
		}
		problems := readOnly(k, s.Fields(), in, now)
		problems = append(problems, r.fill(s.Fields(), in)...)
		if err := problems.Or(); err != nil {
			return err
		}
		if err := tx.Save(s, began); err != nil {
			return err
		}
		return r.apiKept(tx, fiber.StatusOK, s)
	})
}

func (r *Request) apiMove(k *record.Kind) error {
	in := map[string]json.RawMessage{}
	if len(r.c.Body()) > 0 {
		var err error
		if in, err = r.object(); err != nil {
			return err
		}
	}
	move := r.c.Params("move")
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		began, err := r.began(s)
		if err != nil {
			return err
		}
		note, problems := noted(in)
		err = tx.Move(s, began, move, note, func(fields form.Set) form.Problems {
			return append(problems, r.fill(fields, in)...)
		})
		var notOpen *record.NotOpen
		if errors.As(err, &notOpen) {
			moves, more := r.apiMoves(tx, s)
			if more != nil {
				return more
			}
			return &explained{err, map[string]any{"why": r.reasons(notOpen.Why), "moves": moves}}
		}
		if err != nil {
			return err
		}
		return r.apiKept(tx, fiber.StatusOK, s)
	})
}

func (r *Request) apiHistory(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		lines, err := tx.History(s)
		if err != nil {
			return err
		}
		items := historyJSON(lines)
		return r.json(fiber.StatusOK, map[string]any{"items": items, "total": len(items)})
	})
}

// historyJSON is a record's history as the API writes it, numbered by itself.
func historyJSON(lines []record.Line) []map[string]any {
	items := make([]map[string]any, 0, len(lines))
	for i, l := range lines {
		changes := make([]form.Change, 0, len(l.Changes))
		items = append(items, map[string]any{"n": len(lines) - i, "at": l.At, "by": accountOf(l.By), "action": l.Action, "move": l.Move,
			"note": l.Note, "version": l.Version, "changes": append(changes, l.Changes...)})
	}
	return items
}

// accountOf names an account on the outside: by its e-mail address, the
// program itself by its id.
func accountOf(ref form.Ref) string {
	if ref.Ref != "" {
		return ref.Ref
	}
	return ref.ID
}

func pieceJSON(p record.Piece) map[string]any {
	m := p.Body.Fields().JSON()
	m["id"], m["created_at"], m["created_by"], m["annulled"] = p.ID, p.At, accountOf(p.By), p.Annulled
	return m
}

func (r *Request) apiPieces(k *record.Kind, part string) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		pieces, err := tx.Pieces(part, s)
		if err != nil {
			return err
		}
		items := make([]map[string]any, 0, len(pieces))
		for _, p := range pieces {
			items = append(items, pieceJSON(p))
		}
		return r.json(fiber.StatusOK, map[string]any{"items": items, "total": len(items)})
	})
}

// saysNothing refuses a citation in which nothing is said.
func saysNothing(body record.PartBody) form.Problems {
	if c, ok := body.(*citation.Citation); ok && c.Empty() {
		return form.Problems{{Field: "speaker", Code: "citation_empty"}}
	}
	return nil
}

func (r *Request) apiAddPiece(k *record.Kind, name string) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	part, _ := r.book.Part(name)
	body := part.New()
	problems := r.fill(body.Fields(), in)
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		if problems == nil {
			problems = saysNothing(body)
		}
		if err := problems.Or(); err != nil {
			return err
		}
		piece, err := tx.Add(name, s, body)
		if err != nil {
			return err
		}
		r.c.Set(fiber.HeaderLocation, apiBase+k.Path+"/"+s.Head.Ref+"/"+name+"/"+piece.ID)
		return r.json(fiber.StatusCreated, pieceJSON(piece))
	})
}

// apiAmendPiece changes a row that hangs on a record; "annulled" takes it out
// of account with a reason, or back into account with none.
func (r *Request) apiAmendPiece(k *record.Kind, name string) error {
	in, err := r.object()
	if err != nil {
		return err
	}
	id := r.c.Params("id")
	if id == "" {
		id, _ = jsonString(in["id"])
		delete(in, "id")
	}
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.apiSheet(tx, k)
		if err != nil {
			return err
		}
		if !form.Clean(id) || id == "" || len(id) > 60 {
			return record.ErrNotFound
		}
		change := func() error { return r.amendPiece(tx, name, s, id, in) }
		if name == "consents" {
			_, err = cases.EndConsent(tx, s, r.ending(s), change)
		} else {
			err = change()
		}
		if err != nil {
			return err
		}
		piece, err := tx.Piece(name, s, id)
		if err != nil {
			return err
		}
		return r.json(fiber.StatusOK, pieceJSON(piece))
	})
}

// amendPiece changes a row as a body says.
func (r *Request) amendPiece(tx *record.Tx, name string, s *record.Sheet, id string, in map[string]json.RawMessage) error {
	if raw, sent := in["annulled"]; sent {
		delete(in, "annulled")
		reason, ok := jsonString(raw)
		switch {
		case !ok:
			return form.Problems{{Field: "annulled", Code: "wrong_type"}}
		case !form.Clean(reason):
			return form.Problems{{Field: "annulled", Code: "characters"}}
		case utf8.RuneCountInString(reason) > 1000:
			return form.Problems{{Field: "annulled", Code: "too_long", Args: []any{"max", 1000, "n", utf8.RuneCountInString(reason)}}}
		}
		if err := tx.Annul(name, s, id, strings.TrimSpace(reason)); err != nil {
			return err
		}
	}
	return tx.Amend(name, s, id, func(body record.PartBody) error {
		problems := r.fill(body.Fields(), in)
		return append(problems, saysNothing(body)...).Or()
	})
}

func (r *Request) apiLog() error {
	in, err := r.object()
	if err != nil {
		return err
	}
	report := &cases.Report{}
	// Who takes a call knows names, not refs: here alone they are entered.
	report.Misread = append(wrongTypes("", report.Fields(), in, named), report.Fields().SetJSON(in, r.now())...)
	return r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		tx.EnterNames()
		done, err := cases.Log(tx, report, citation.Citation{}, r.logWords(form.Values{"where": {report.TakenAt.Ref}}))
		if err != nil {
			return err
		}
		out := map[string]any{"case": done.Case.Head.Ref, "people": refsOf(done.People), "detentions": refsOf(done.Detentions)}
		if len(done.People) > 0 {
			r.c.Set(fiber.HeaderLocation, apiBase+done.People[0].Kind.Path+"/"+done.People[0].Head.Ref)
		}
		return r.json(fiber.StatusCreated, out)
	})
}

func refsOf(sheets []*record.Sheet) []string {
	list := make([]string, len(sheets))
	for i, s := range sheets {
		list[i] = s.Head.Ref
	}
	return list
}

// asksText reads a parameter that must be there, in at most max characters.
func (r *Request) asksText(name string, max int) (string, error) {
	v := strings.TrimSpace(r.query(name))
	if v == "" {
		return "", form.Problems{{Field: name, Code: "required"}}
	}
	if n := utf8.RuneCountInString(v); n > max {
		return "", form.Problems{{Field: name, Code: "too_long", Args: []any{"max", max, "n", n}}}
	}
	return v, nil
}

func (r *Request) apiMatches() error {
	name, err := r.asksText("name", 300)
	if err != nil {
		return err
	}
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		found, err := tx.Like("person", name, 20)
		if err != nil {
			return err
		}
		items := make([]map[string]any, 0, len(found))
		for _, l := range found {
			items = append(items, r.apiMatch(l))
		}
		return r.json(fiber.StatusOK, map[string]any{"items": items})
	})
}

func (r *Request) apiSearch() error {
	q, err := r.asksText("q", 200)
	if err != nil {
		return err
	}
	kind := r.query("kind")
	if k, ok := r.book.KindAt(kind); ok {
		kind = k.Name
	}
	asked := r.asked(r.book.Kind("person")) // pages are counted the same for every kind
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		hits, total, err := tx.Search(q, kind, asked.Page, asked.PerPage)
		if err != nil {
			return err
		}
		snippets, err := r.snippets(tx, q, hits)
		if err != nil {
			return err
		}
		items := make([]map[string]any, 0, len(hits))
		for _, h := range hits {
			items = append(items, map[string]any{"ref": h.Ref.Ref, "kind": h.Kind, "title": h.Title, "snippet": snippets[h.ID]})
		}
		likes, err := r.alsoCalled(tx, q, kind, hits)
		if err != nil {
			return err
		}
		for _, l := range likes {
			items = append(items, map[string]any{"ref": l.Ref.Ref, "kind": l.Kind, "title": l.Title, "snippet": r.nameReasons(l.Reasons)})
		}
		total += len(likes)
		return r.jsonPage(items, total, asked.Page, asked.PerPage)
	})
}

// snippets gives a few words of each hit around the first that was asked for;
// one question for each kind among the hits.
func (r *Request) snippets(tx *record.Tx, q string, hits []record.Hit) (map[string]string, error) {
	byKind := map[string][]string{}
	for _, h := range hits {
		byKind[h.Kind] = append(byKind[h.Kind], h.ID)
	}
	words := strings.Fields(names.Fold(q))
	out := map[string]string{}
	for kind, ids := range byKind {
		sheets, err := tx.Where(kind, "h.id IN ?", ids)
		if err != nil {
			return nil, err
		}
		for _, s := range sheets {
			out[s.Head.ID] = s.Head.Title
			s.Fields().Walk(func(path string, f form.Field) {
				if strings.Contains(path, ".") && !strings.HasPrefix(path, "names.") {
					return // telephone numbers and what was told in confidence stay on their page
				}
				switch f.Type {
				case form.Text, form.Long, form.List:
					if out[s.Head.ID] == s.Head.Title {
						if found := wordsAround(f.String(), words); found != "" {
							out[s.Head.ID] = found
						}
					}
				}
			})
		}
	}
	return out, nil
}

// wordsAround gives the words of a text around the first that begins like one of
// the folded words, "" when none does.
func wordsAround(text string, folded []string) string {
	const before, after = 6, 12
	words := strings.Fields(text)
	for i, w := range words {
		w = names.Fold(w)
		if !slices.ContainsFunc(folded, func(f string) bool { return strings.HasPrefix(w, f) }) {
			continue
		}
		from, to := max(0, i-before), min(len(words), i+after)
		found := strings.Join(words[from:to], " ")
		if from > 0 {
			found = "… " + found
		}
		if to < len(words) {
			found += " …"
		}
		return found
	}
	return ""
}

// explained is an error with more members for its problem document.
type explained struct {
	error
	more map[string]any
}

func (e *explained) Unwrap() error { return e.error }

// refusal is what is wrong with a request as a whole, by the code of its
// problem document.
type refusal struct {
	status int
	code   string
}

func (e *refusal) Error() string { return "refused: " + e.code }

// Unwrap gives the status to the one table of answers.
func (e *refusal) Unwrap() error { return statusError(e.status) }

// problemTitles are the sentences of problem documents by their code.
var problemTitles = map[string]string{
	"signed_out":       "api.problem.signed_out",
	"forbidden":        "api.problem.forbidden",
	"cross_site":       "api.problem.forbidden",
	"not_found":        "api.problem.not_found",
	"erased":           "api.problem.erased",
	"not_open":         "api.problem.not_open",
	"stale":            "api.problem.stale",
	"precondition":     "api.problem.precondition",
	"invalid":          "api.problem.invalid",
	"too_large":        "api.problem.too_large",
	"too_many":         "api.problem.too_many",
	"enough":           "api.problem.enough",
	"media_type":       "api.problem.media_type",
	"malformed":        "api.problem.malformed",
	"not_an_object":    "api.problem.not_an_object",
	"characters":       "api.problem.characters",
	"twice":            "api.problem.twice",
	"bad_request":      "api.problem.bad_request",
	"unavailable":      "api.problem.unavailable",
	"internal":         "api.problem.internal",
	"request_too_deep": "api.problem.too_deep",
	"file_damaged":     "api.problem.file_damaged",
	"no_room":          "api.problem.no_room",
	"damaged":          "api.problem.damaged",
}

// failAPI sends a problem document (RFC 9457). What may not be seen and what
// was never there get the same bytes.
func (r *Request) failAPI(status int, key, number string, err error) error {
	m := map[string]any{}
	for _, header := range []string{fiber.HeaderLocation, fiber.HeaderETag} {
		r.c.Response().Header.Del(header) // of what was not kept after all
	}
	var stale *record.Stale
	var problems form.Problems
	var refused *refusal
	var more *explained
	if errors.As(err, &refused) {
		key = refused.code
	}
	if errors.As(err, &more) {
		for name, v := range more.more {
			m[name] = v
		}
	}
	switch {
	case errors.As(err, &stale):
		status = fiber.StatusPreconditionFailed
		more := r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
			now, err := tx.Itself(stale.Current.Kind.Name, stale.Current.Head.Ref)
			if err != nil {
				return err
			}
			r.c.Set(fiber.HeaderETag, `"`+version(now)+`"`)
			m["current"], err = r.apiRecord(tx, now)
			return err
		})
		if more != nil {
			delete(m, "current") // the answer is still that somebody was quicker
		}
	case errors.As(err, &problems):
		m["errors"] = r.apiErrors(problems)
	}
	title, known := problemTitles[key]
	if !known {
		title = "api.problem.bad_request"
	}
	m["type"], m["code"], m["status"] = "urn:amparo:problem:"+key, key, status
	m["title"], m["detail"] = http.StatusText(status), r.L.T(title)
	if why, ok := m["why"].([]string); ok && len(why) > 0 {
		m["detail"] = strings.Join(why, " ")
	}
	var notOpen *record.NotOpen
	if more == nil && errors.As(err, &notOpen) {
		why := r.reasons(notOpen.Why)
		m["why"], m["detail"] = why, strings.Join(why, " ")
	}
	if number != "" {
		m["reference"] = number
	}
	if status == fiber.StatusUnauthorized {
		r.c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="amparo"`)
	}
	if err := r.json(status, m); err != nil {
		return err
	}
	r.c.Set(fiber.HeaderContentType, problemType)
	return nil
}

func (r *Request) apiErrors(problems form.Problems) []map[string]any {
	list := []map[string]any{}
	for _, p := range problems[:min(len(problems), 100)] {
		field := p.Field
		if n := []rune(field); len(n) > 200 {
			field = string(n[:200]) + "…"
		}
		list = append(list, map[string]any{"field": field, "code": p.Code, "message": r.problem(p)})
	}
	return list
}
