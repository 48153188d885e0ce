package vault

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

func drawn() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 * 30 {
		m.Set(i%40, i/40, color.RGBA{uint8(i), uint8(3 * i), uint8(i / 7), 255})
	}
	return m
}

// segment is a part of a JPEG as it is written.
func segment(marker byte, body string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))) + body
}

// photo is a JPEG with these segments behind its start.
func photo(t testing.TB, segments ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn(), nil); err != nil {
		t.Fatal(err)
	}
	return []byte("\xff\xd8" + strings.Join(segments, "") + b.String()[2:])
}

func chunk(name, body string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name+body...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(name+body))))
}

// drawing is a PNG with these chunks before its end.
func drawing(t testing.TB, chunks ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawn()); err != nil {
		t.Fatal(err)
	}
	end := b.Len() - 12
	return []byte(b.String()[:end] + strings.Join(chunks, "") + b.String()[end:])
}

// exif has entries of tag and four bytes of value.
func exif(entries ...any) string {
	b := []byte("MM\x00*\x00\x00\x00\x08")
	b = binary.BigEndian.AppendUint16(b, uint16(len(entries)/2))
	for i := 0; i < len(entries); i += 2 {
		b = binary.BigEndian.AppendUint16(b, uint16(entries[i].(int)))
		b = append(append(b, 0, 4, 0, 0, 0, 1), entries[i+1].(string)...)
	}
	return string(b) + "\x00\x00\x00\x00\x00\x01GPSHERE"
}

func samePicture(t testing.TB, a, b []byte) bool {
	t.Helper()
	one, _, err := image.Decode(bytes.NewReader(a))
	if err != nil {
		return false
	}
	two, _, err := image.Decode(bytes.NewReader(b))
	if err != nil || one.Bounds() != two.Bounds() {
		return false
	}
	for y := one.Bounds().Min.Y; y < one.Bounds().Max.Y; y++ {
		for x := one.Bounds().Min.X; x < one.Bounds().Max.X; x++ {
			if one.At(x, y) != two.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestAStrippedPictureShowsTheSameAndTellsNothing(t *testing.T) {
	gps := "\x00\x00\x00\x2a" // where the list of places begins, behind two entries
	for what, c := range map[string]struct {
		kind    string
		content []byte
		tells   []string
	}{
		"a bare photo":         {"image/jpeg", photo(t), nil},
		"a photo with a place": {"image/jpeg", photo(t, segment(0xe1, "Exif\x00\x00"+exif(0x010f, "Make", 0x8825, gps))), []string{Place, Camera}},
		"a photo with words":   {"image/jpeg", photo(t, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x>PlantedName</x>"), segment(0xed, "Photoshop 3.0\x00PlantedName"), segment(0xfe, "PlantedName")), []string{Words}},
		"a place in XML":       {"image/jpeg", photo(t, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude='1'>PlantedName</x>")), []string{Place, Words}},
		"pages behind it":      {"image/jpeg", append(photo(t), photo(t, segment(0xfe, "PlantedName"))...), nil},
		"filling":              {"image/jpeg", photo(t, "\xff\xff"+segment(0xfe, "PlantedName")), []string{Words}},
		"a bare drawing":       {"image/png", drawing(t), nil},
		"a drawing with words": {"image/png", drawing(t, chunk("tEXt", "Author\x00PlantedName"), chunk("iTXt", "x\x00PlantedName"), chunk("zzZz", "PlantedName")), []string{Words}},
		"a drawing and place":  {"image/png", drawing(t, chunk("eXIf", exif(0x010f, "Make", 0x8825, gps))), []string{Place, Camera}},
		"something behind it":  {"image/png", append(drawing(t), "PlantedName"...), nil},
	} {
		if got := Metadata(c.kind, c.content); !slices.Equal(got, c.tells) {
			t.Errorf("%s tells %v, not %v", what, got, c.tells)
		}
		var out bytes.Buffer
		if err := Strip(&out, bytes.NewReader(c.content), c.kind); err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if !samePicture(t, c.content, out.Bytes()) {
			t.Errorf("%s shows something else", what)
		}
		for _, planted := range []string{"PlantedName", "Make", "GPS"} {
			if bytes.Contains(out.Bytes(), []byte(planted)) {
				t.Errorf("%s still tells %q", what, planted)
			}
		}
		var again bytes.Buffer
		if err := Strip(&again, bytes.NewReader(out.Bytes()), c.kind); err != nil || !bytes.Equal(again.Bytes(), out.Bytes()) || len(Metadata(c.kind, out.Bytes())) > 0 {
			t.Errorf("%s, stripped twice: %v, tells %v", what, err, Metadata(c.kind, out.Bytes()))
		}
	}
}

func TestAStrippedCopyIsTakenInBesideTheOriginal(t *testing.T) {
	v, folder := opened(t)
	sum := put(t, v, photo(t, segment(0xfe, "PlantedName")))
	a, err := v.TakeStripped(sum, "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Keep(); err != nil {
		t.Fatal(err)
	}
	if got, err := get(v, a.SHA256); err != nil || bytes.Contains(got, []byte("PlantedName")) || !samePicture(t, got, photo(t)) || a.SHA256 == sum {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	half := put(t, v, photo(t)[:500])
	if _, err := v.TakeStripped(half, "image/jpeg"); !errors.Is(err, ErrPicture) {
		t.Errorf("half a photo: %v", err)
	}
	if _, err := v.TakeStripped("none", "image/jpeg"); !errors.Is(err, ErrMissing) {
		t.Errorf("none: %v", err)
	}
	if left := onDisk(t, folder, arriving); len(left) > 0 {
		t.Errorf("left is %v", left)
	}
}

func TestWhichSideIsUpStays(t *testing.T) {
	content := photo(t, segment(0xe1, "Exif\x00\x00"+exif(0x010f, "Make", 0x0112, "\x00\x06\x00\x00")))
	var out bytes.Buffer
	if err := Strip(&out, bytes.NewReader(content), "image/jpeg"); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte("Make")) || len(Metadata("image/jpeg", out.Bytes())) > 0 {
		t.Errorf("it tells %v", Metadata("image/jpeg", out.Bytes()))
	}
	up := uint16(0)
	_ = jpegPieces(bufio.NewReader(&out), &bytes.Buffer{}, func(p piece) error { up = max(up, p.turned()); return nil })
	if up != 6 {
		t.Errorf("up is %d", up)
	}
}

func TestAPictureThatIsNotWholeIsRefused(t *testing.T) {
	p, d := photo(t), drawing(t)
	for what, c := range map[string]struct {
		kind    string
		content []byte
	}{
		"nothing": {"image/jpeg", nil}, "half a photo": {"image/jpeg", p[:len(p)/2]}, "a drawing called a photo": {"image/jpeg", d}, "half a drawing": {"image/png", d[:len(d)/2]},
		"a photo called a drawing": {"image/png", p}, "a text": {"text/plain", []byte("x")}, "a long claim": {"image/png", []byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR")},
		"no segment": {"image/jpeg", []byte("\xff\xd8x")}, "no length": {"image/jpeg", []byte("\xff\xd8\xff\xe1\x00\x00")}, "a start in it": {"image/jpeg", []byte("\xff\xd8\xff\xd8")},
	} {
		if err := Strip(&bytes.Buffer{}, bytes.NewReader(c.content), c.kind); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzNoPictureBreaksTheReading(f *testing.F) {
	f.Add(photo(f, segment(0xe1, "Exif\x00\x00"+exif(0x010f, "Make", 0x8825, "\x00\x00\x00\x2a", 0x0112, "\x00\x06\x00\x00"))))
	f.Add(drawing(f, chunk("tEXt", "a"), chunk("eXIf", exif(0x8825, "\xff\xff\xff\xff"))))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, kind := range []string{"image/jpeg", "image/png"} {
			Metadata(kind, content)
			var out bytes.Buffer
			if err := Strip(&out, bytes.NewReader(content), kind); err != nil {
				continue
			}
			if left := Metadata(kind, out.Bytes()); len(left) > 0 {
				t.Errorf("it still tells %v", left)
			}
			if samePicture(t, content, content) && !samePicture(t, content, out.Bytes()) {
				t.Error("it shows something else")
			}
		}
	})
}
