package cases

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/cases/appeal"
	"amparo/internal/cases/casefile"
	"amparo/internal/cases/organization"
	"amparo/internal/cases/person"
	"amparo/internal/form"
	"amparo/internal/record"
)

// Check is one thing to look at before an appeal goes on: Code is the key of
// its words.
type Check struct {
	Code   string
	Done   bool
	Args   []any
	Part   string   // part of the form that mends it: persons, demands, facts …
	Person form.Ref // whose consent is missing
	Org    form.Ref // for which body
	Demand form.Ref // which demand it is about
}

// CheckList is what must be so before approval and before sending, and what is
// only worth a look. The first two are what the moves themselves ask.
type CheckList struct{ Approval, Sending, Look []Check }

// competence are cautions about what a body may do at all, for a demand of a kind
// or for any. They warn, they forbid nothing.
var competence = map[string]map[string]string{
	"cat":   {"visit": "check.cat_visit", "": "check.cat_inquiry"},
	"cpt":   {"visit": "check.cpt_visit"},
	"spt":   {"visit": "check.spt_visit"},
	"hrc":   {"": "check.hrc_exhaustion"},
	"ecthr": {"": "check.ecthr_exhaustion"},
	"achpr": {"": "check.achpr_media"},
	"wgeid": {"": "check.wgeid_fast"},
	"sp":    {"": "check.sp_consent"},
}

// CheckAppeal says what an appeal lacks, for who reads it.
func CheckAppeal(tx *record.Tx, p Plea) (CheckList, error) {
	var l CheckList
	l.Approval = p.beforeApproval(tx)
	orgs, err := p.bodies(tx)
	if err != nil {
		return l, err
	}
	if l.Sending, err = p.beforeSending(tx); err != nil {
		return l, err
	}
	l.Look, err = p.worthALook(tx, orgs)
	return l, err
}

func (p Plea) beforeApproval(tx *record.Tx) []Check {
	var list []Check
	bare := 0
	for _, d := range p.Demands {
		if len(d.Targets) == 0 && !d.Unspecified {
			list = append(list, Check{Code: "check.no_target", Part: "demands", Demand: d.Ref(), Args: []any{"number", d.Number}})
		}
	}
	if len(list) == 0 && len(p.Demands) > 0 {
		list = append(list, Check{Code: "check.targets", Done: true})
	}
	for _, f := range p.Facts {
		if len(f.Citations) == 0 {
			bare++
		}
	}
	if len(p.Facts) > 0 {
		list = append(list, Check{Code: "check.footnotes", Done: bare == 0, Part: "facts", Args: []any{"n", strconv.Itoa(len(p.Facts) - bare), "of", strconv.Itoa(len(p.Facts))}})
	}
	wrote := p.Head.CreatedBy == tx.Actor.ID || slices.ContainsFunc(p.Authors, func(r form.Ref) bool { return r.ID == tx.Actor.ID })
	code := "check.not_author"
	if wrote {
		code = "check.author"
	}
	return append(list, Check{Code: code, Done: !wrote})
}

func (p Plea) beforeSending(tx *record.Tx) ([]Check, error) {
	if len(p.Addressees) == 0 {
		return []Check{{Code: "check.no_addressee", Part: "addressees"}}, nil
	}
	gaps, err := consentGaps(tx, p.Sheet)
	if err != nil {
		return nil, err
	}
	named, err := p.named(tx)
	if err != nil {
		return nil, err
	}
	var list []Check
	for _, to := range p.Addressees {
		if to.Sent() || named == 0 {
			continue
		}
		missing := gaps[to.Org.ID]
		if len(missing) == 0 {
			list = append(list, Check{Code: "check.consent", Done: true, Org: to.Org, Args: []any{"body", to.Org.Title}})
		}
		for _, who := range missing {
			name := who.Title
			if name == "" {
				name = "…"
			}
			list = append(list, Check{Code: "check.no_consent", Org: to.Org, Person: who, Args: []any{"body", to.Org.Title, "who", name}})
		}
	}
	if named == 0 {
		list = append(list, Check{Code: "check.nobody_named", Done: true})
	}
	return list, nil
}

// named counts the people of an appeal who can be told by a name.
func (p Plea) named(tx *record.Tx) (int, error) {
	told := map[string]bool{}
	for _, r := range p.Persons {
		told[r.ID] = true
	}
	for _, d := range p.Demands {
		for _, r := range d.Beneficiaries {
			told[r.ID] = true
		}
	}
	if len(told) == 0 {
		return 0, nil
	}
	people, err := tx.AsSystem("nobody is named without consent").Where("person", "h.id IN ?", keys(told))
	n := 0
	for _, s := range people {
		if record.As[*person.Person](s).Named() {
			n++
		}
	}
	return n, err
}

// bodies reads the addressees as their room knows them, by id.
func (p Plea) bodies(tx *record.Tx) (map[string]*organization.Organization, error) {
	ids := map[string]bool{}
	for _, a := range p.Addressees {
		ids[a.Org.ID] = true
	}
	out := map[string]*organization.Organization{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := tx.Where("organization", "h.id IN ?", keys(ids))
	for _, s := range list {
		out[s.Head.ID] = record.As[*organization.Organization](s)
	}
	return out, err
}

func (p Plea) worthALook(tx *record.Tx, orgs map[string]*organization.Organization) ([]Check, error) {
	var list []Check
	look := func(code, part string, args ...any) { list = append(list, Check{Code: code, Part: part, Args: args}) }
	if len(p.Texts) == 0 && !p.Observed() {
		look("check.no_text", "texts")
	}
	if len(p.Demands) == 0 {
		look("check.no_demand", "demands")
	}
	for _, d := range p.Demands {
		if d.Due.IsZero() && !p.Observed() {
			list = append(list, Check{Code: "check.no_due", Part: "demands", Demand: d.Ref(), Args: []any{"number", d.Number}})
		}
		var away []string
		for _, t := range d.Targets {
			if !slices.ContainsFunc(p.Addressees, func(a appeal.Addressee) bool { return a.Org.ID == t.ID }) && t.Title != "" {
				away = append(away, t.Title)
			}
		}
		if len(away) > 0 {
			list = append(list, Check{Code: "check.not_written_to", Part: "addressees", Demand: d.Ref(), Args: []any{"number", d.Number, "who", strings.Join(away, ", ")}})
		}
	}
	for _, a := range p.Addressees {
		org := orgs[a.Org.ID]
		if org == nil {
			continue
		}
		cautions := competence[org.Body]
		if code := cautions[""]; code != "" {
			look(code, "addressees", "body", a.Org.Title)
		}
		for kind, code := range cautions {
			if kind != "" && slices.ContainsFunc(p.Demands, func(d Asked) bool { return d.Demand.Kind == kind }) {
				look(code, "addressees", "body", a.Org.Title)
			}
		}
		if len(org.Languages) > 0 && len(p.Texts) > 0 && !slices.ContainsFunc(p.Texts, func(t appeal.Text) bool { return slices.Contains(org.Languages, t.Lang) }) {
			look("check.language", "texts", "body", a.Org.Title, "which", strings.Join(org.Languages, ", "))
		}
	}
	open := 0
	for _, s := range p.Signatories {
		if !s.Confirmed && !s.Withdrawn {
			open++
		}
	}
	if open > 0 {
		look("check.unconfirmed", "signatories", "n", strconv.Itoa(open))
	}
	home, err := tx.ByID("case", p.Head.CaseID)
	if err != nil && err != record.ErrNotFound {
		return list, err
	}
	if err == nil && record.As[*casefile.Case](home).Risk == "" {
		look("check.no_risk", "case")
	}
	if err := p.peopleAtRisk(tx, &list); err != nil {
		return list, err
	}
	comments, err := tx.Pieces("comments", p.Sheet)
	if err != nil {
		return list, err
	}
	unsettled := 0
	for _, c := range comments {
		if c.Annulled == "" && !c.Body.(*appeal.Comment).Settled {
			unsettled++
		}
	}
	if unsettled > 0 {
		look("check.comments", "comments", "n", strconv.Itoa(unsettled))
	}
	return list, nil
}

// harm are the flags of a person that caution against a letter.
var harm = map[string]string{"in_hiding": "check.flag_in_hiding", "do_not_contact": "check.flag_do_not_contact", "minor": "check.flag_minor"}

// peopleAtRisk cautions about whose flags say that a letter may do harm.
func (p Plea) peopleAtRisk(tx *record.Tx, list *[]Check) error {
	ids := map[string]bool{}
	for _, r := range p.Persons {
		if !r.Hidden() {
			ids[r.ID] = true
		}
	}
	if len(ids) == 0 {
		return nil
	}
	people, err := tx.Where("person", "h.id IN ?", keys(ids))
	for _, s := range people {
		for _, flag := range record.As[*person.Person](s).Flags {
			if code := harm[flag]; code != "" {
				*list = append(*list, Check{Code: code, Part: "persons", Person: s.Ref(), Args: []any{"who", s.Head.Title}})
			}
		}
	}
	return err
}
