package web

import (
	"github.com/gofiber/fiber/v2"

	"amparo/internal/auth"
	"amparo/internal/record"
	pages "amparo/views/erase"
	"amparo/views/parts"
)

// namedRoutes list where the free words of other records name somebody: before he
// is sealed, and for those who may know who he is afterwards.
func (s *Server) namedRoutes() []Route {
	var routes []Route
	for _, k := range s.book.Kinds() {
		if len(k.Identity) > 0 {
			routes = append(routes, Route{Method: fiber.MethodGet, Path: "/" + k.Path + "/:ref/named", Who: Writes, Handle: func(r *Request) error { return r.named(k) }})
		}
	}
	return routes
}

func (r *Request) named(k *record.Kind) error {
	return r.book.View(r.c.UserContext(), r.Actor, func(tx *record.Tx) error {
		s, err := r.sheet(tx, k)
		if err != nil {
			return err
		}
		if s.Sealed() && !s.Opened() {
			return record.ErrForbidden
		}
		places, err := tx.Named(s.NamesOf(), s.Head.ID)
		if err != nil {
			return err
		}
		m := pages.Named{Title: r.L.T("web.named.of", "what", r.titled(s.Ref())), Back: parts.Action{Label: r.titled(s.Ref()), URL: r.url(s.Ref())}, About: []string{r.L.T("web.named.about")}}
		if s.Sealed() {
			m.About = append(m.About, r.L.T("web.named.sealed"))
		}
		if len(places) == 0 {
			m.Empty = &parts.Empty{Text: r.L.T("web.named.none")}
		}
		m.Table = r.placeTable(places, nil)
		return r.page(fiber.StatusOK, m.Title, pages.NamedPage(m))
	})
}

// namedAct leads to where the names of a record stand elsewhere, for who may know them.
func (r *Request) namedAct(s *record.Sheet) []parts.Action {
	if len(s.Kind.Identity) == 0 || !r.Actor.May(auth.Write) || s.Sealed() && !s.Opened() {
		return nil
	}
	return []parts.Action{{Label: r.L.T("web.named.see"), URL: r.url(s.Ref()) + "/named"}}
}
