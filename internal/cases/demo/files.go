package demo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"

	"amparo/internal/cases/evidence"
	"amparo/internal/record"
)

// holding makes a piece of evidence with its file; without one where the demo
// keeps no files.
func (p *pen) holding(e *evidence.Evidence, home *record.Sheet, called string, content []byte) *record.Sheet {
	if p.files == nil || p.err != nil {
		return p.create("evidence", e, home)
	}
	a, err := p.files.Take(bytes.NewReader(content), int64(len(content)))
	if err == nil {
		err = e.Hold(a.File, called, p.tx.At)
	}
	if err != nil {
		p.err = fmt.Errorf("the file %s: %w", called, err)
		return &record.Sheet{}
	}
	s := p.create("evidence", e, home)
	if p.err == nil {
		p.err = a.Keep()
	}
	return s
}

// sheet is a PDF of one page with a few lines.
func sheet(lines ...string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 14 Tf 60 760 Td 22 TL")
	for _, l := range lines {
		fmt.Fprintf(&text, " (%s) Tj T*", strings.NewReplacer("(", `\(`, ")", `\)`, `\`, `\\`).Replace(l))
	}
	text.WriteString(" ET")
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// shore is a picture of nothing real: sky, sea and a lamp.
func shore() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			c := color.RGBA{uint8(90 + y/2), uint8(120 + y/3), 170, 255} // #nosec G115 -- y is below 200
			if y > 120 {
				c = color.RGBA{30, uint8(70 + (x+y)%9), 90, 255} // #nosec G115 -- at most 78
			}
			if (x-240)*(x-240)+(y-60)*(y-60) < 300 {
				c = color.RGBA{250, 220, 130, 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func asPNG(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic("demo: " + err.Error()) // a picture in memory always encodes
	}
	return b.Bytes()
}

// asPhoto is a JPEG as a telephone makes it: with the place where it was taken,
// here the middle of the sea.
func asPhoto(m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}); err != nil {
		panic("demo: " + err.Error()) // a picture in memory always encodes
	}
	e := binary.LittleEndian
	tiff := []byte("II*\x00\x08\x00\x00\x00")
	entry := func(tag, kind uint16, n uint32, value []byte) {
		tiff = e.AppendUint32(e.AppendUint16(e.AppendUint16(tiff, tag), kind), n)
		tiff = append(tiff, value...)
	}
	ends := func(n uint32) []byte { return e.AppendUint32(nil, n) }
	const gps, lat, lon, maker = 38, 92, 116, 140 // where each begins
	tiff = e.AppendUint16(tiff, 2)
	entry(0x010f, 2, 14, ends(maker)) // who made the camera
	entry(0x8825, 4, 1, ends(gps))
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = e.AppendUint16(tiff, 4)
	entry(1, 2, 2, []byte("N\x00\x00\x00"))
	entry(2, 5, 3, ends(lat))
	entry(3, 2, 2, []byte("E\x00\x00\x00"))
	entry(4, 5, 3, ends(lon))
	tiff = append(tiff, 0, 0, 0, 0)
	for _, degrees := range []uint32{1, 2} {
		for _, n := range []uint32{degrees, 30, 0} {
			tiff = e.AppendUint32(e.AppendUint32(tiff, n), 1)
		}
	}
	tiff = append(tiff, "Invented Works\x00"[:14]...)
	part := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(part)+2)) // #nosec G115 -- some hundred bytes written above
	return append(append(head, part...), b.Bytes()[2:]...)
}

// hum is half a second of one tone, as a WAV.
func hum() []byte {
	const rate, n = 8000, 4000
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, v := range []any{uint32(36 + n), [8]byte([]byte("WAVEfmt ")), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8), [4]byte([]byte("data")), uint32(n)} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes everything
	}
	for i := range n {
		b.WriteByte(byte(128 + 60*math.Sin(2*math.Pi*220*float64(i)/rate)))
	}
	return b.Bytes()
}
