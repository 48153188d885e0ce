package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// settleReach reads how browsers reach the program: by a certificate of its own, or through proxies that are named.
func (c *Config) settleReach() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("AMPARO_TLS_CERT and AMPARO_TLS_KEY belong together: set both, or neither")
	}
	c.Proxies = nil
	for _, word := range strings.FieldsFunc(c.proxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		network, err := netip.ParsePrefix(word)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(word); err == nil {
				network = netip.PrefixFrom(one.Unmap(), one.Unmap().BitLen())
			}
		}
		if err != nil {
			return fmt.Errorf("AMPARO_PROXIES names %q: write addresses or networks, such as 127.0.0.1 or 10.0.0.0/24", word)
		}
		c.Proxies = append(c.Proxies, network.Masked())
	}
	return nil
}

// Exposure says in one sentence why passwords and names would travel readable if the program listened with these
// settings, or nothing.
func (c *Config) Exposure() error {
	u, err := url.Parse(c.URL)
	if err != nil {
		return fmt.Errorf("AMPARO_URL: %w", err)
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("AMPARO_ADDR: %w", err)
	}
	switch {
	case c.TLSCert != "" && u.Scheme == "http":
		return errors.New("AMPARO_URL begins with http:// although there is a certificate: write https://")
	case c.TLSCert != "":
		return nil
	case len(c.Proxies) == 0 && !onThisMachine(host):
		return fmt.Errorf("AMPARO_ADDR is %s, which other machines reach, and nothing encrypts the way: set AMPARO_TLS_CERT and AMPARO_TLS_KEY, or name the proxy in front in AMPARO_PROXIES (docs/deploy.md)", c.Addr)
	case len(c.Proxies) > 0 && c.URL == "":
		return errors.New("AMPARO_PROXIES is set and AMPARO_URL is not: write the address that browsers know, such as https://records.example.org")
	case u.Scheme == "http" && !onThisMachine(u.Hostname()) && !strings.HasSuffix(u.Hostname(), ".onion"):
		return fmt.Errorf("AMPARO_URL is %s, which nothing encrypts: use https:// (docs/deploy.md)", c.URL)
	}
	return nil
}

// onThisMachine tells whether only programs of this machine reach a host.
func onThisMachine(host string) bool {
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}
