package paper

import (
	"encoding/binary"
	"slices"

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
	isOffset        = 0x0002
	hasScale        = 0x0008
	moreParts       = 0x0020
	hasTwoScales    = 0x0040
	hasMatrix       = 0x0080
	hasInstructions = 0x0100
)

// moved is a shape made of one part at another place.
func moved(raw []byte, part uint16, dx, dy int16) []byte {
	be := binary.BigEndian
	out := be.AppendUint16(nil, 0xffff) // composite
	for i := range 4 {
		by := dx
		if i%2 == 1 {
			by = dy
		}
		out = be.AppendUint16(out, be.Uint16(raw[2+2*i:])+uint16(by)) // #nosec G115 -- two's complement, as the font has it
	}
	out = be.AppendUint16(out, wordArguments|isOffset)
	out = be.AppendUint16(out, part)
	out = be.AppendUint16(out, uint16(dx))  // #nosec G115 -- two's complement, as the font has it
	return be.AppendUint16(out, uint16(dy)) // #nosec G115 -- two's complement, as the font has it
}

// subset makes a font whose glyph i is shapes[i] of t. Instructions for small
// screens are left out.
func (t *typeface) subset(shapes []shape) []byte {
	be := binary.BigEndian
	all := slices.Clone(shapes)
	number := map[uint16]uint16{} // where a glyph stands unmoved
	for i, s := range shapes {
		if _, ok := number[s.id]; !ok && !s.blank && s.dx == 0 && s.dy == 0 {
			number[s.id] = uint16(i) // #nosec G115 -- at most mostCodes
		}
	}
	find := func(part uint16) uint16 {
		n, ok := number[part]
		if !ok {
			n = uint16(len(all)) // #nosec G115 -- mostCodes leaves room for the parts
			number[part] = n
			wide, _ := t.metricsOf(part)
			all = append(all, shape{id: part, wide: wide})
		}
		return n
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(all); i++ { // grows while parts are found
		s := all[i]
		loca = be.AppendUint32(loca, uint32(len(glyf))) // #nosec G115 -- less than the font, whose length has 32 bits
		raw := t.outline(s.id)
		_, bearing := t.metricsOf(s.id)
		var drawn []byte
		switch {
		case s.blank || len(raw) < 10:
			bearing = 0
		case s.dx != 0 || s.dy != 0:
			drawn = moved(raw, find(s.id), s.dx, s.dy)
			bearing += uint16(s.dx) // #nosec G115 -- two's complement, as the font has it
		case int16(be.Uint16(raw)) >= 0: // #nosec G115 -- the font keeps it with a sign
			drawn = plainOutline(raw)
		default:
			drawn = append(drawn, raw[:10]...)
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
				drawn = be.AppendUint16(drawn, flags&^hasInstructions)
				drawn = be.AppendUint16(drawn, find(part))
				drawn = append(drawn, raw[at+4:at+size]...)
				at += size
				more = flags&moreParts != 0
			}
		}
		glyf = append(glyf, drawn...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = be.AppendUint16(hmtx, s.wide)
		hmtx = be.AppendUint16(hmtx, bearing)
	}
	loca = be.AppendUint32(loca, uint32(len(glyf))) // #nosec G115 -- less than the font, whose length has 32 bits

	head := append([]byte(nil), t.tables["head"]...)
	be.PutUint32(head[8:], 0)  // sum over the file, which nobody checks in a PDF
	be.PutUint16(head[50:], 1) // long offsets
	hhea := append([]byte(nil), t.tables["hhea"]...)
	be.PutUint16(hhea[34:], uint16(len(all))) // #nosec G115 -- mostCodes leaves room for the parts
	maxp := append([]byte(nil), t.tables["maxp"]...)
	be.PutUint16(maxp[4:], uint16(len(all))) // #nosec G115 -- mostCodes leaves room for the parts
	be.PutUint16(maxp[26:], 0)               // no instructions
	be.PutUint16(maxp[28:], max(1, be.Uint16(maxp[28:])))
	be.PutUint16(maxp[30:], be.Uint16(maxp[30:])+1) // moved shapes are one deeper

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
