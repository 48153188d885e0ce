package notice

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"
)

// Post is a mail server and who we are to it.
type Post struct {
	address string // host:port
	host    string
	secure  bool // TLS from the first byte
	auth    smtp.Auth
	from    string
}

// Mail is one text to one address.
type Mail struct {
	ID      string // the same at each try, for the Message-ID
	To      string
	Subject string
	Text    string
	At      time.Time
}

// ErrUnsure says that the whole mail was handed over and the line was cut before the server's answer.
var ErrUnsure = errors.New("nobody knows whether the mail was taken")

const timeLimit = time.Minute

// NewPost reads the address of a mail server: smtp://user:password@host:port for STARTTLS where the server offers it,
// smtps://… for TLS from the first byte. The sender is ?from=…, else the user where that is an address.
func NewPost(address string) (*Post, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("AMPARO_SMTP_URL: write smtp://user:password@host:587?from=office@example.org, or smtps:// with port 465")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	p := &Post{address: net.JoinHostPort(u.Hostname(), port), host: u.Hostname(), secure: u.Scheme == "smtps", from: u.Query().Get("from")}
	if u.User != nil {
		password, _ := u.User.Password()
		p.auth = smtp.PlainAuth("", u.User.Username(), password, p.host)
		if p.from == "" {
			p.from = u.User.Username()
		}
	}
	if a, err := mail.ParseAddress(p.from); err != nil || a.Name != "" || a.Address != p.from {
		return nil, errors.New("AMPARO_SMTP_URL: say whom mail is from, such as smtp://host:587?from=office@example.org")
	}
	return p, nil
}

// Reach signs in to the mail server and leaves again, to see that it can be used.
func (p *Post) Reach(ctx context.Context) error {
	return p.visit(ctx, func(*smtp.Client) error { return nil })
}

// Send hands a mail over. hand is called right before the text leaves; when it fails, nothing has left.
func (p *Post) Send(ctx context.Context, m Mail, hand func() error) error {
	return p.visit(ctx, func(c *smtp.Client) error { return p.deliver(c, m, hand) })
}

// visit does something at the mail server, signed in where there is a password.
func (p *Post) visit(ctx context.Context, do func(*smtp.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	trust := &tls.Config{ServerName: p.host, MinVersion: tls.VersionTLS12}
	if p.secure {
		conn = tls.Client(conn, trust)
	}
	c, err := smtp.NewClient(conn, p.host)
	if err != nil {
		_ = conn.Close()
		return fmt.Errorf("greet the mail server: %w", err)
	}
	defer c.Close()
	if err := p.introduce(c, trust); err != nil {
		return err
	}
	if err := do(c); err != nil {
		return err // the line is cut: what has not ended with its dot was not sent
	}
	_ = c.Quit() // all is done, whatever comes now
	return nil
}

func (p *Post) deliver(c *smtp.Client, m Mail, hand func() error) error {
	if err := c.Mail(p.from); err != nil {
		return fmt.Errorf("say whom the mail is from: %w", err)
	}
	if err := c.Rcpt(m.To); err != nil {
		return fmt.Errorf("say whom the mail is for: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("hand the mail over: %w", err)
	}
	if err := hand(); err != nil {
		return err
	}
	if _, err := w.Write(p.compose(m)); err != nil {
		return fmt.Errorf("hand the mail over: %w", err)
	}
	if err := w.Close(); err != nil {
		if refused := (*textproto.Error)(nil); errors.As(err, &refused) {
			return fmt.Errorf("hand the mail over: %w", err)
		}
		return ErrUnsure
	}
	return nil
}

func (p *Post) introduce(c *smtp.Client, trust *tls.Config) error {
	if err := c.Hello(p.domain()); err != nil {
		return fmt.Errorf("greet the mail server: %w", err)
	}
	if offered, _ := c.Extension("STARTTLS"); offered && !p.secure {
		if err := c.StartTLS(trust); err != nil {
			return fmt.Errorf("begin TLS with the mail server: %w", err)
		}
	}
	if p.auth == nil {
		return nil
	}
	// PlainAuth itself gives no password to a server without TLS, but on the loopback.
	if err := c.Auth(p.auth); err != nil {
		return fmt.Errorf("sign in to the mail server: %w", err)
	}
	return nil
}

func (p *Post) domain() string { return p.from[strings.LastIndexByte(p.from, '@')+1:] }

func (p *Post) compose(m Mail) []byte {
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", p.from}, {"To", m.To}, {"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", m.At.UTC().Format(time.RFC1123Z)}, {"Message-ID", "<" + m.ID + "@" + p.domain() + ">"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
		{"Auto-Submitted", "auto-generated"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n"))) // into memory
	_ = w.Close()
	return b.Bytes()
}

// kindOf is what may be logged of an error: servers put addresses into their answers.
func kindOf(err error) string {
	doing, _, _ := strings.Cut(err.Error(), ":")
	if refused := (*textproto.Error)(nil); errors.As(err, &refused) {
		return fmt.Sprintf("%s: %d", doing, refused.Code)
	}
	return doing
}
