package config

import (
	"errors"
	"fmt"
	"time"
)

// settleClock reads AMPARO_NOW: a day (noon in the office's zone) or an RFC 3339 moment from which the clock goes on.
func (c *Config) settleClock(mode Mode) error {
	c.shift = 0
	if c.now == "" {
		return nil
	}
	if mode != Demo {
		return errors.New("AMPARO_NOW is for the demo and for tests: unset it")
	}
	return c.SetNow(c.now)
}

// SetNow makes the clock start at a day (2024-03-01: noon in the office's zone) or a moment (RFC 3339): demo and tests only.
func (c *Config) SetNow(text string) error {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		day, derr := time.ParseInLocation(time.DateOnly, text, c.Zone)
		if derr != nil {
			return fmt.Errorf("AMPARO_NOW is %q: write 2024-03-01 or 2024-03-01T09:30:00Z", text)
		}
		at = day.Add(12 * time.Hour)
	}
	c.shift = time.Until(at)
	return nil
}

// Now is the moment, in UTC, to the microsecond (what both databases keep).
func (c *Config) Now() time.Time {
	return time.Now().Add(c.shift).UTC().Truncate(time.Microsecond)
}

// Today is the office's day as YYYY-MM-DD.
func (c *Config) Today() string { return c.Day(c.Now()) }

// Day is the office's day of a moment as YYYY-MM-DD.
func (c *Config) Day(at time.Time) string { return at.In(c.Zone).Format(time.DateOnly) }
