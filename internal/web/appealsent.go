package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases"
	"amparo/internal/cases/appeal"
	"amparo/internal/form"
	"amparo/internal/i18n"
	"amparo/internal/record"
	pages "amparo/views/appeal"
	"amparo/views/parts"
)

// How an appeal left for each body, how it arrived, and the procedure there.

// appealBodies lists who is written to, with how it went.
func (r *Request) appealBodies(m *pages.Appeal, p cases.Plea, writes bool) {
	if len(p.Addressees) == 0 {
		m.NoBody = r.L.T("check.no_addressee")
	}
	open := p.Head.State == appeal.Sent || p.Head.State == appeal.Answered
	for i, a := range p.Addressees {
		to := pages.Addressee{Name: r.link(a.Org)}
		if !p.Observed() { // how others sent it is theirs to know
			to.State = &parts.Badge{Word: r.L.T("web.appeal.not_sent_yet"), Tone: parts.Quiet}
		}
		add := func(text string) {
			if text != "" {
				to.Lines = append(to.Lines, parts.Run{Text: text})
			}
		}
		if a.Sent() {
			to.State = &parts.Badge{Word: r.L.T("state.appeal.sent"), Tone: parts.Good}
			add(r.dotted(r.date(a.SentAt), a.Channel))
			if a.Proof != "" {
				if record.LooksLikeRef(a.Proof) {
					to.Lines = append(to.Lines, parts.Run{Text: r.L.T("field.proof") + ": " + a.Proof, URL: "/evidence/" + a.Proof})
				} else {
					add(r.L.T("field.proof") + ": " + a.Proof)
				}
			}
			if !a.ReceivedAt.IsZero() {
				add(r.L.T("web.appeal.received", "when", r.date(a.ReceivedAt)))
			}
			if a.TheirRef != "" {
				add(r.L.T("field.their_ref") + ": " + i18n.Isolate(a.TheirRef))
			}
		} else if open && !p.Observed() {
			to.State.Tone = parts.Warn
		}
		if writes && a.Org.Ref != "" && (open && !p.Observed() || a.Sent() && p.Head.State != appeal.Withdrawn) {
			label, name := r.L.T("move.send"), "send-"+strconv.Itoa(i)
			if a.Sent() {
				label = r.L.T("web.appeal.received_ask")
			}
			to.Asks = append(to.Asks, r.sendingAsk(p.Sheet, a, name, label))
		}
		m.To = append(m.To, to)
	}
}

// sendingAsk asks how an appeal left for one addressee, or how it arrived.
func (r *Request) sendingAsk(s *record.Sheet, a appeal.Addressee, name, label string) parts.Ask {
	ask := parts.Ask{Name: name, Label: label, Submit: r.L.T("common.save"), Post: r.url(s.Ref()) + "/sendings", Version: version(s), Hidden: []parts.Pair{{Name: "org", Value: a.Org.Ref}}}
	body := &appeal.Appeal{Sending: a}
	for _, f := range s.Kind.Asked(body, "send") {
		if f.Name == "org" || f.Name == "received_at" && !a.Sent() {
			continue
		}
		in := r.input(s.Kind.Name, "", f, nil)
		in.ID = name + "-" + f.Name
		in.Required = f.Name == "channel" || f.Name == "sent_at" || f.Name == "proof"
		ask.Fields = append(ask.Fields, in)
	}
	r.orFile(&ask.Fields)
	return ask
}

// recordSending keeps how an appeal left for one addressee or arrived there. The
// first sending is the move; further ones and what became of them are edits.
func (r *Request) recordSending() error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	var s *record.Sheet
	var asked form.Set
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("appeal", r.ref()); err != nil {
			return err
		}
		a := record.As[*appeal.Appeal](s)
		// Without a word on whom, it is the first who was not written to yet.
		i := slices.IndexFunc(a.Addressees, func(to appeal.Addressee) bool {
			return to.Org.Ref != "" && to.Org.Ref == v.First("org") || v.First("org") == "" && !to.Sent()
		})
		if i < 0 {
			return record.ErrNotFound
		}
		body := &appeal.Appeal{Sending: a.Addressees[i]}
		asked = s.Kind.Asked(body, "send")
		typed := asked.Decode(only(v, []string{"channel", "sent_at", "proof", "received_at", "their_ref"}), r.now())
		home, err := tx.ByID("case", s.Head.CaseID)
		if err != nil {
			return err
		}
		proof, err := r.filed(tx, "proof_file", "other", r.L.T("web.appeal.proof_of", "what", s.Head.Title, "who", a.Addressees[i].Org.Title), home)
		if err != nil {
			return err
		}
		if proof.Ref != "" {
			v["proof"] = []string{proof.Ref}
		}
		if s.Head.State == appeal.Approved {
			return tx.Move(s, began, "send", "", func(set form.Set) form.Problems { return set.Decode(v, r.now()) })
		}
		if proof.Ref != "" {
			body.Sending.Proof = proof.Ref
		}
		if err := typed.Or(); err != nil {
			return err
		}
		a.Addressees[i] = body.Sending
		err = tx.Save(s, began)
		var problems form.Problems
		if errors.As(err, &problems) {
			return ofRow(problems, "addressees", i)
		}
		return err
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) {
		status, m := r.again(r.L.T("move.send"), s, stale)
		m.Hidden = append(m.Hidden, parts.Pair{Name: "org", Value: r.value("org")})
		var fields []parts.Field
		for _, f := range asked {
			if f.Name != "org" {
				fields = append(fields, r.input("appeal", "", f, problems))
			}
		}
		r.orFile(&fields)
		return r.mend(status, m, fields, problems)
	}
	if err != nil {
		return err
	}
	r.flash("web.moved", "what", r.L.T("move.send"), "ref", s.Head.Ref)
	return r.to(r.url(s.Ref()) + "#addressees")
}

// ofRow gives problems of one row the names its fields have in a form of their own.
func ofRow(problems form.Problems, group string, row int) error {
	out := slices.Clone(problems)
	for i := range out {
		out[i].Field = strings.TrimPrefix(out[i].Field, group+"."+strconv.Itoa(row)+".")
	}
	return out
}

func (r *Request) appealLog(m *pages.Appeal, p cases.Plea, writes bool) {
	for _, e := range p.Log {
		m.Log = append(m.Log, parts.Cell{Text: r.L.T("option.appeal_log." + e.Kind), Sub: r.dotted(r.date(e.Date), e.Org.Title, e.Text)})
	}
	if !writes || p.Head.State != appeal.Sent && p.Head.State != appeal.Answered && p.Head.State != appeal.Closed {
		return
	}
	m.LogAsk = parts.Ask{Name: "log", Label: r.L.T("web.appeal.add_log"), Post: r.url(p.Ref()) + "/log", Version: version(p.Sheet), Submit: r.L.T("common.save")}
	body := &appeal.Appeal{}
	f, _ := body.Fields().Get("log")
	for _, c := range f.Template() {
		in := r.input("appeal.log", "", c, nil)
		in.ID = "log-" + c.Name
		if c.Name == "org" {
			in = parts.Field{Name: "org", ID: "log-org", Label: in.Label, Type: parts.Choice, Options: []parts.Option{{}}}
			for _, to := range p.Addressees {
				if to.Org.Ref != "" {
					in.Options = append(in.Options, parts.Option{Value: to.Org.Ref, Label: to.Org.Title})
				}
			}
		}
		m.LogAsk.Fields = append(m.LogAsk.Fields, in)
	}
}

// addProcedure enters one line of the procedure.
func (r *Request) addProcedure() error {
	v, began, err := r.formFrom()
	if err != nil {
		return err
	}
	var s *record.Sheet
	body := &appeal.Appeal{}
	f, _ := body.Fields().Get("log")
	row := f.Template()
	err = r.book.Do(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		var err error
		if s, err = tx.Get("appeal", r.ref()); err != nil {
			return err
		}
		problems := row.Decode(v, r.now())
		if body.Log[0].Kind == "" && !problems.Has("kind") {
			problems = append(problems, form.Problem{Field: "kind", Code: "required"})
		}
		if body.Log[0].Date.IsZero() && !problems.Has("date") {
			problems = append(problems, form.Problem{Field: "date", Code: "required"})
		}
		if err := problems.Or(); err != nil {
			return err
		}
		a := record.As[*appeal.Appeal](s)
		a.Log = append(a.Log, body.Log[0])
		err = tx.Save(s, began)
		if errors.As(err, &problems) {
			return ofRow(problems, "log", len(a.Log)-1)
		}
		return err
	})
	var problems form.Problems
	var stale *record.Stale
	if errors.As(err, &problems) || errors.As(err, &stale) {
		status, m := r.again(r.L.T("web.appeal.add_log"), s, stale)
		var fields []parts.Field
		for _, c := range row {
			fields = append(fields, r.input("appeal.log", "", c, problems))
		}
		return r.mend(status, m, fields, problems)
	}
	if err != nil {
		return err
	}
	return r.to(r.url(s.Ref()) + "#log")
}
