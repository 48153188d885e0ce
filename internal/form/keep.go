package form

import (
	"encoding/json"

	"amparo/internal/edtf"
)

// Keep gives a field's value as it is stored, ids for links and rows with their
// ids; "null" when it is empty. Restore takes it back without loss.
func (f Field) Keep() json.RawMessage {
	v, filled := Set{f}.stored()[f.Name]
	if !filled {
		return json.RawMessage("null")
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic("form: " + f.Name + ": " + err.Error()) // plain values always marshal
	}
	return b
}

// Restore sets a field to what Keep gave. Links know only their ids afterwards.
func (f Field) Restore(raw json.RawMessage) {
	switch v := f.ptr.(type) {
	case *string:
		*v = ""
	case *[]string:
		*v = nil
	case *bool:
		*v = false
	case *Num:
		*v = Num{}
	case *edtf.Date:
		*v = edtf.Date{}
	case *Ref:
		*v = Ref{}
	case *[]Ref:
		*v = nil
	default:
		f.rows.reset()
	}
	if string(raw) != "null" && len(raw) > 0 {
		Set{f}.load(map[string]json.RawMessage{f.Name: raw})
	}
}
