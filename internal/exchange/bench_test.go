package exchange_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"amparo/internal/database/dbtest"
	"amparo/internal/exchange"
	"amparo/internal/i18n"
)

// crowd is a sheet of invented people, the same at every call.
func crowd(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	given := []string{"Lina", "Mohammed", "Yusuf", "Olga", "Karim", "Sara", "Elnur", "Tariq", "Huda", "Petr", "Nadir", "Mona"}
	arab := []string{"محمد", "لينا", "يوسف", "كريم", "سارة", "طارق", "هدى", "نادر"}
	word := func() string {
		b := make([]byte, 0, 8)
		for range 2 + r.IntN(3) {
			b = append(b, "bdfghklmnqrstz"[r.IntN(14)], "aeiou"[r.IntN(5)])
		}
		b[0] -= 'a' - 'A'
		return string(b)
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write([]string{"name_latn", "name_arab", "other_names", "born", "age", "sex", "nationalities"})
	for range n {
		row := []string{given[r.IntN(len(given))] + " " + word() + " " + word(), "", "", "", "", "", ""}
		if r.IntN(2) == 0 {
			row[1] = arab[r.IntN(len(arab))] + " " + arab[r.IntN(len(arab))] + " " + arab[r.IntN(len(arab))]
		}
		if r.IntN(5) == 0 {
			row[2] = given[r.IntN(len(given))] + " al-" + word()
		}
		row[3] = []string{"", "about 1972", "3 Dec 1981", fmt.Sprintf("19%d-0%d-1%d", 50+r.IntN(49), 1+r.IntN(9), r.IntN(9))}[r.IntN(4)]
		if r.IntN(2) == 0 {
			row[4] = strconv.Itoa(16 + r.IntN(60))
		}
		row[5] = []string{"male", "female", ""}[r.IntN(3)]
		row[6] = []string{"LY", "Libya", "AZ; TR", ""}[r.IntN(4)]
		w.Write(row)
	}
	w.Flush()
	return out.Bytes()
}

// BenchmarkImport brings ROWS people (10,000 if not set) on file. The aim is
// 100,000 in 20 seconds on two cores.
func BenchmarkImport(b *testing.B) {
	n, _ := strconv.Atoi(os.Getenv("ROWS"))
	if n == 0 {
		n = 10_000
	}
	data := crowd(n)
	for b.Loop() {
		b.StopTimer()
		bk := book(dbtest.SQLite(b))
		b.StartTimer()
		sheet, err := exchange.Read(data, exchange.Map{}.Known)
		if err != nil {
			b.Fatal(err)
		}
		report, err := exchange.ImportPeople(b.Context(), bk, nadia, i18n.In("en"), sheet, exchange.Options{CaseTitle: "A list"})
		if err != nil || !report.Kept {
			b.Fatal(err, report)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
