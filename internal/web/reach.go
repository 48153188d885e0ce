package web

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// named tells whether an address is that of a proxy we were told of.
func (o Options) named(at netip.Addr) bool {
	return slices.ContainsFunc(o.Proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}

// remote is who holds the other end of the connection.
func remote(c *fiber.Ctx) netip.Addr {
	at, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	return at.Unmap()
}

// client is the address of who asks: the nearest that is no proxy of ours. What
// stands further away in the header is the client's own word and counts for nothing.
func (o Options) client(c *fiber.Ctx) netip.Addr {
	at := remote(c)
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || !o.named(at) {
			break
		}
		at = next.Unmap().WithZone("")
	}
	return at
}

// readable answers what came by a way on which others could read it: past the
// proxy, or to the proxy without encryption. It tells whether it has; health is
// told to everybody.
func (s *Server) readable(c *fiber.Ctx) (bool, error) {
	at := remote(c)
	if len(s.o.Proxies) == 0 || s.o.TLS || c.Path() == "/healthz" || c.Path() == "/readyz" {
		return false, nil
	}
	if s.o.named(at) {
		if !s.o.secure() || !inClear(c) {
			return false, nil
		}
		// A person is led on; a program that sends its token in the clear must notice.
		if c.Method() == fiber.MethodGet && !strings.HasPrefix(c.Path(), "/api/") && c.Get(fiber.HeaderAuthorization) == "" {
			return true, c.Redirect(s.o.URL+own(c.OriginalURL(), "/"), fiber.StatusPermanentRedirect)
		}
	} else if at.IsLoopback() {
		return false, nil
	}
	c.Context().Response.SetConnectionClose()
	return true, c.Status(fiber.StatusForbidden).SendString("This server answers through its proxy, over https")
}

// inClear tells whether a proxy says that any part of the way was without encryption;
// one that passes on to another adds its word to the first one's.
func inClear(c *fiber.Ctx) bool {
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedProto) {
		for word := range strings.SplitSeq(string(line), ",") {
			if strings.EqualFold(strings.TrimSpace(word), "http") {
				return true
			}
		}
	}
	return false
}
