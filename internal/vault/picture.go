package vault

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// What pictures tell beside what they show.
const (
	Place  = "place"  // where it was taken
	Camera = "camera" // with what and when
	Words  = "words"  // who made or changed it, captions, comments
)

// Told lists everything that Metadata may find.
var Told = []string{Place, Camera, Words}

// ErrPicture means that a picture cannot be read to its end.
var ErrPicture = errors.New("the picture is not whole")

// CanStrip tells whether Strip knows pictures of this type.
func CanStrip(mediaType string) bool { return mediaType == "image/jpeg" || mediaType == "image/png" }

// Metadata finds what a picture tells beside what it shows, in its first bytes;
// nil for other files.
func Metadata(mediaType string, head []byte) []string {
	found := map[string]bool{}
	note := func(p piece) error {
		for _, what := range p.tells() {
			found[what] = true
		}
		return nil
	}
	var err error
	switch mediaType {
	case "image/jpeg":
		err = jpegPieces(bufio.NewReader(bytes.NewReader(head)), io.Discard, note)
	case "image/png":
		err = pngPieces(bufio.NewReader(bytes.NewReader(head)), io.Discard, note)
	}
	_ = err // it is only a beginning: what was found before it ends counts
	return slices.DeleteFunc(slices.Clone(Told), func(what string) bool { return !found[what] })
}

// Strip copies a picture without what it tells beside what it shows. The picture
// itself is not read and stays as it is, byte for byte; of a photograph that was
// held sideways it is kept which side is up.
func Strip(w io.Writer, r io.Reader, mediaType string) error {
	in, out := bufio.NewReaderSize(r, 64<<10), bufio.NewWriterSize(w, 64<<10)
	keep := func(p piece) error {
		if up := p.turned(); up > 1 {
			_, err := out.Write(upright(up))
			return err
		}
		if p.shows() {
			return p.write(out)
		}
		return nil
	}
	var err error
	switch mediaType {
	case "image/jpeg":
		err = jpegPieces(in, out, keep)
	case "image/png":
		err = pngPieces(in, out, keep)
	default:
		err = ErrPicture
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// TakeStripped takes in a copy of a kept picture without what it tells beside
// what it shows.
func (v *Vault) TakeStripped(sum, mediaType string) (*Arrival, error) {
	content, err := v.Open(sum)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(Strip(to, content, mediaType)) // it never fails
	}()
	a, err := v.Take(from, Most)
	_ = from.Close() // nor does this; it ends a writing that is not read to its end
	<-done
	return a, err
}

// piece is a segment of a JPEG, by the byte of its marker, or a chunk of a PNG,
// by its four letters.
type piece struct {
	name string
	body []byte
}

func jpegName(marker byte) string { return string([]byte{0xff, marker}) }

// shows tells whether a picture needs the piece.
func (p piece) shows() bool {
	if len(p.name) == 4 {
		return slices.Contains([]string{"IHDR", "PLTE", "tRNS", "gAMA", "sRGB", "sBIT", "IDAT", "IEND"}, p.name)
	}
	switch m := p.name[1]; {
	case m == 0xe0:
		return bytes.HasPrefix(p.body, []byte("JFIF\x00"))
	case m == 0xee:
		return bytes.HasPrefix(p.body, []byte("Adobe"))
	case m >= 0xe0 && m <= 0xef, m == 0xfe:
		return false
	}
	return true
}

// tells lists what the piece tells beside what the picture shows.
func (p piece) tells() []string {
	switch p.name {
	case jpegName(0xe1):
		if exif, ok := bytes.CutPrefix(p.body, []byte("Exif\x00\x00")); ok {
			return exifTells(exif)
		}
		if bytes.Contains(p.body, []byte("GPSLatitude")) {
			return []string{Place, Words}
		}
		return []string{Words}
	case jpegName(0xed), jpegName(0xfe), "tEXt", "zTXt", "tIME":
		return []string{Words}
	case "iTXt":
		if bytes.Contains(p.body, []byte("GPSLatitude")) {
			return []string{Place, Words}
		}
		return []string{Words}
	case "eXIf":
		return exifTells(p.body)
	}
	return nil
}

func (p piece) write(w io.Writer) error {
	var b []byte
	if len(p.name) == 4 {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p.body)-4)) // #nosec G115 -- as long as it was read; its check sum stands at its end
		b = append(append(b, p.name...), p.body...)
	} else {
		b = binary.BigEndian.AppendUint16([]byte(p.name), uint16(len(p.body)+2)) // #nosec G115 -- as long as it was read
		b = append(b, p.body...)
	}
	_, err := w.Write(b)
	return err
}

// turned is which side of a photograph is up, 0 when the piece does not say.
func (p piece) turned() uint16 {
	exif, ok := bytes.CutPrefix(p.body, []byte("Exif\x00\x00"))
	if p.name != jpegName(0xe1) || !ok {
		return 0
	}
	up := uint16(0)
	exifEntries(exif, func(order binary.ByteOrder, tag uint16, value []byte) {
		if n := order.Uint16(value); tag == 0x0112 && n <= 8 {
			up = n
		}
	})
	return up
}

// upright is a segment that says nothing but which side is up.
func upright(up uint16) []byte {
	b := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	b = binary.BigEndian.AppendUint16(b, up)
	return append(b, 0, 0, 0, 0, 0, 0)
}

func exifTells(tiff []byte) []string {
	var list []string
	exifEntries(tiff, func(order binary.ByteOrder, tag uint16, value []byte) {
		switch tag {
		case 0x8825:
			if at := order.Uint32(value); int64(at)+2 <= int64(len(tiff)) && order.Uint16(tiff[at:]) > 0 {
				list = append(list, Place)
			}
		case 0x0112, 0x011a, 0x011b, 0x0128, 0x0213: // up, resolution, how colours lie: of no picture in particular
		case 0x013b, 0x8298, 0x010e, 0x9c9b, 0x9c9c, 0x9c9d:
			list = append(list, Words)
		default:
			list = append(list, Camera)
		}
	})
	return list
}

// exifEntries reads the first list of entries of a TIFF; value is the four bytes
// that stand for each.
func exifEntries(tiff []byte, visit func(order binary.ByteOrder, tag uint16, value []byte)) {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case len(tiff) < 8:
		return
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		from := at + 2 + 12*i
		if from+12 > int64(len(tiff)) {
			return
		}
		visit(order, order.Uint16(tiff[from:]), tiff[from+8:from+12])
	}
}

// jpegPieces walks a JPEG: segments go to each, what lies between them goes to
// out as it is. What follows the end of the picture is left.
func jpegPieces(in *bufio.Reader, out io.Writer, each func(piece) error) error {
	bad := func(err error) error { return fmt.Errorf("%w: %w", ErrPicture, err) }
	start := make([]byte, 2)
	if _, err := io.ReadFull(in, start); err != nil {
		return bad(err)
	}
	if start[0] != 0xff || start[1] != 0xd8 {
		return ErrPicture
	}
	if _, err := out.Write(start); err != nil {
		return err
	}
	scanning := false
	for {
		b, err := in.ReadByte()
		if err != nil {
			return bad(err)
		}
		if b != 0xff {
			if !scanning {
				return ErrPicture
			}
			if _, err := out.Write([]byte{b}); err != nil {
				return err
			}
			continue
		}
		m, err := in.ReadByte()
		for err == nil && m == 0xff { // filling
			m, err = in.ReadByte()
		}
		if err != nil {
			return bad(err)
		}
		switch {
		case m == 0xd9, m == 0x00 && scanning, m >= 0xd0 && m <= 0xd7 && scanning, m == 0x01:
			if _, err := out.Write([]byte{0xff, m}); err != nil {
				return err
			}
			if m == 0xd9 {
				return nil
			}
			continue
		case m == 0x00, m >= 0xd0 && m <= 0xd8:
			return ErrPicture
		}
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return bad(err)
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 {
			return ErrPicture
		}
		p := piece{name: jpegName(m), body: make([]byte, n)}
		if _, err := io.ReadFull(in, p.body); err != nil {
			return bad(err)
		}
		if err := each(p); err != nil {
			return err
		}
		scanning = m == 0xda || scanning
	}
}

var pngStart = []byte("\x89PNG\r\n\x1a\n")

// pngMost is how long one chunk of a PNG may be; encoders write far less.
const pngMost = 64 << 20

// pngPieces walks a PNG in the same way.
func pngPieces(in *bufio.Reader, out io.Writer, each func(piece) error) error {
	bad := func(err error) error { return fmt.Errorf("%w: %w", ErrPicture, err) }
	start := make([]byte, len(pngStart))
	if _, err := io.ReadFull(in, start); err != nil {
		return bad(err)
	}
	if !bytes.Equal(start, pngStart) {
		return ErrPicture
	}
	if _, err := out.Write(start); err != nil {
		return err
	}
	for {
		var head [8]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return bad(err)
		}
		n := binary.BigEndian.Uint32(head[:])
		if n > pngMost {
			return ErrPicture
		}
		var body bytes.Buffer // grows with what is there, not with what is claimed
		if _, err := io.CopyN(&body, in, int64(n)+4); err != nil {
			return bad(err)
		}
		p := piece{name: string(head[4:]), body: body.Bytes()}
		if err := each(p); err != nil {
			return err
		}
		if p.name == "IEND" {
			return nil
		}
	}
}
