package paper

import (
	"encoding/binary"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

// tablesOf cuts a TrueType file into its tables. The files are our own, so a
// damaged one may panic.
func tablesOf(data []byte) map[string][]byte {
	be := binary.BigEndian
	out := map[string][]byte{}
	for i := range int(be.Uint16(data[4:])) {
		entry := data[12+16*i:]
		at, size := be.Uint32(entry[8:]), be.Uint32(entry[12:])
		out[string(entry[:4])] = data[at : at+size]
	}
	return out
}

// outline is the raw shape of a glyph; empty for a space.
func (t *typeface) outline(g uint16) []byte {
	be := binary.BigEndian
	loca, glyf := t.tables["loca"], t.tables["glyf"]
	var from, to uint32
	if be.Uint16(t.tables["head"][50:]) == 0 {
		from, to = 2*uint32(be.Uint16(loca[2*int(g):])), 2*uint32(be.Uint16(loca[2*int(g)+2:]))
	} else {
		from, to = be.Uint32(loca[4*int(g):]), be.Uint32(loca[4*int(g)+4:])
	}
	return glyf[from:to]
}

// metricsOf is the width and the left bearing of a glyph, in units of the font.
func (t *typeface) metricsOf(g uint16) (advance, bearing uint16) {
	be := binary.BigEndian
	hmtx, n := t.tables["hmtx"], int(be.Uint16(t.tables["hhea"][34:]))
	if int(g) < n {
		return be.Uint16(hmtx[4*int(g):]), be.Uint16(hmtx[4*int(g)+2:])
	}
	return be.Uint16(hmtx[4*(n-1):]), be.Uint16(hmtx[4*n+2*(int(g)-n):])
}

// The flags of a part of a composite glyph.
const (
	wordArguments   = 0x0001
	hasScale        = 0x0008
	moreParts       = 0x0020
	hasTwoScales    = 0x0040
	hasMatrix       = 0x0080
	hasInstructions = 0x0100
)

// subset makes a font whose glyph i looks like glyph glyphs[i] of t. A glyph may
// be asked for more than once. Instructions for small screens are left out.
func (t *typeface) subset(glyphs []uint16) []byte {
	be := binary.BigEndian
	all := append([]uint16(nil), glyphs...)
	number := map[uint16]uint16{}
	for i, g := range glyphs {
		if _, ok := number[g]; !ok {
			number[g] = uint16(i)
		}
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(all); i++ { // grows while parts are found
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		raw := t.outline(all[i])
		var shape []byte
		switch {
		case len(raw) < 10:
		case int16(be.Uint16(raw)) >= 0:
			shape = plainOutline(raw)
		default:
			shape = append(shape, raw[:10]...)
			for at, more := 10, true; more; {
				flags, part := be.Uint16(raw[at:]), be.Uint16(raw[at+2:])
				size := 6
				if flags&wordArguments != 0 {
					size += 2
				}
				switch {
				case flags&hasScale != 0:
					size += 2
				case flags&hasTwoScales != 0:
					size += 4
				case flags&hasMatrix != 0:
					size += 8
				}
				n, known := number[part]
				if !known {
					n = uint16(len(all))
					number[part] = n
					all = append(all, part)
				}
				shape = be.AppendUint16(shape, flags&^hasInstructions)
				shape = be.AppendUint16(shape, n)
				shape = append(shape, raw[at+4:at+size]...)
				at += size
				more = flags&moreParts != 0
			}
		}
		glyf = append(glyf, shape...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		advance, bearing := t.metricsOf(all[i])
		hmtx = be.AppendUint16(hmtx, advance)
		hmtx = be.AppendUint16(hmtx, bearing)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf)))

	head := append([]byte(nil), t.tables["head"]...)
	be.PutUint32(head[8:], 0)  // sum over the file, which nobody checks in a PDF
	be.PutUint16(head[50:], 1) // long offsets
	hhea := append([]byte(nil), t.tables["hhea"]...)
	be.PutUint16(hhea[34:], uint16(len(all)))
	maxp := append([]byte(nil), t.tables["maxp"]...)
	be.PutUint16(maxp[4:], uint16(len(all)))
	be.PutUint16(maxp[26:], 0) // no instructions

	tables := []ot.Table{
		{Tag: ot.MustNewTag("glyf"), Content: glyf}, {Tag: ot.MustNewTag("head"), Content: head},
		{Tag: ot.MustNewTag("hhea"), Content: hhea}, {Tag: ot.MustNewTag("hmtx"), Content: hmtx},
		{Tag: ot.MustNewTag("loca"), Content: loca}, {Tag: ot.MustNewTag("maxp"), Content: maxp},
	}
	for i, c := range tables {
		for len(c.Content)%4 != 0 {
			c.Content = append(c.Content, 0)
		}
		tables[i] = c
	}
	return ot.WriteTTF(tables)
}

// plainOutline copies a simple glyph without its instructions.
func plainOutline(raw []byte) []byte {
	be := binary.BigEndian
	at := 10 + 2*int(be.Uint16(raw))
	size := int(be.Uint16(raw[at:]))
	out := append([]byte(nil), raw[:at]...)
	out = append(out, 0, 0)
	return append(out, raw[at+2+size:]...)
}

// extents are in thousandths of the font size.
func (t *typeface) extents() (ascent, descent float64) {
	e, _ := font.NewFace(t.font).FontHExtents()
	return float64(e.Ascender) * 1000 / t.upem, float64(e.Descender) * 1000 / t.upem
}
