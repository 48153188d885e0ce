//go:build browser && tour

package journeys

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"amparo/internal/browser"
)

// heaviest is what one picture of the tour may weigh, in bytes.
const heaviest = 150 << 10

// TestTheTourShowsTheMainPages draws the pictures of docs/tour from invented data and keeps them: make tour.
func TestTheTourShowsTheMainPages(t *testing.T) {
	shots := t.TempDir()
	t.Setenv("AMPARO_SHOTS", shots)
	o := invented(t, 300)
	h := o.as("caseworker", browser.Desk)
	home := "/cases/" + o.made.Cases.Open
	sami := "/people/" + strings.Split(findRow(t, h, "/people.csv?q=Sami+Hasan+Al-Marsuni", "Sami Hasan Al-Marsuni"), ",")[0]
	leila := "/people/" + strings.Split(findRow(t, h, "/people.csv?q=Leila+Omar+Safsafouni", "Leila Omar Safsafouni"), ",")[0]
	picture := func(name, path string, height int, before ...func()) {
		t.Helper()
		h.to(path)
		for _, do := range before {
			do()
		}
		browser.Eval[bool](h.Page, `(document.activeElement.blur(), scrollTo(0, 0), true)`)
		h.Shot(name)
		keepPicture(t, filepath.Join(shots, name+".png"), height)
	}
	picture("desk", "/", 900)
	picture("log", "/log", 1000, func() {
		h.put("#log", "name", "")
		h.Fill("#log [name=name]", "Layla Safsafuni")
		h.Until("her among the matches", `document.querySelector("#matches .match")?.innerText.includes("Safsafouni")`)
	})
	picture("person", sami, 1050)
	picture("sources-differ", leila, 1050)
	picture("case", home, 1050)
	picture("custody", "/detentions", 900)
	picture("print", home+"/summary", 1100)
	picture("board", "/appeals?view=board", 900)
	picture("appeal", "/appeals/"+strings.Split(findRow(t, h, "/appeals.csv?q=eleven+arrests", "eleven arrests"), ",")[0], 1050)
	h.to("/")
	h.reads("ar")
	picture("person-arabic", sami, 1050)
	picture("print-arabic", home+"/summary?lang=ar", 1100)
	h.to("/")
	h.reads("en")
	h.Resize(browser.Phone)
	picture("phone", sami, 844)
}

// keepPicture crops a picture to a height, in pixels, and makes it light; the tour's folder gets it where asked for.
func keepPicture(t *testing.T, file string, height int) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	frame := full.Bounds()
	frame.Max.Y = min(frame.Max.Y, frame.Min.Y+height)
	if browser.Desk == frame.Dx() && frame.Dy() < 400 {
		t.Errorf("%s is only %d pixels high", filepath.Base(file), frame.Dy())
	}
	light := image.NewPaletted(frame, commonest(full, frame))
	near := map[color.RGBA]uint8{}
	for y := frame.Min.Y; y < frame.Max.Y; y++ {
		for x := frame.Min.X; x < frame.Max.X; x++ {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			i, ok := near[c]
			if !ok {
				i = uint8(light.Palette.Index(c))
				near[c] = i
			}
			light.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, light); err != nil {
		t.Fatal(err)
	}
	if out.Len() > heaviest {
		t.Errorf("%s weighs %d bytes, at most %d", filepath.Base(file), out.Len(), heaviest)
	}
	if err := os.WriteFile(filepath.Join("../../docs/tour", filepath.Base(file)), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commonest are the 128 colours that most pixels have.
func commonest(full image.Image, frame image.Rectangle) color.Palette {
	seen := map[color.RGBA]int{}
	for y := frame.Min.Y; y < frame.Max.Y; y++ {
		for x := frame.Min.X; x < frame.Max.X; x++ {
			seen[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	all := make([]color.RGBA, 0, len(seen))
	for c := range seen {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(seen[b], seen[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var list color.Palette
	for _, c := range all[:min(128, len(all))] {
		list = append(list, c)
	}
	return list
}
