package web

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"
)

func FuzzABodyIsReadInOneWayOrRefused(f *testing.F) {
	for _, body := range []string{`{}`, `{"a":{"b":[1,{"c":null}]}}`, `{"a":1,"a":2}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d"}`, `{"a":"\\ud83d"}`, `[`, `null`, `{"a":1} {}`, "{\"\\u0061\":1,\"a\":2}"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := readObject(body)
		if err != nil {
			var r *refusal
			if !errors.As(err, &r) || r.status != 400 || problemTitles[r.code] == "" {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		if m == nil || !utf8.Valid(body) || !json.Valid(body) {
			t.Fatalf("%q was taken", body)
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readObject(again); err != nil {
			t.Fatalf("%q became %q: %v", body, again, err)
		}
	})
}
