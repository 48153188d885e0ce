package names

import "testing"

var benchNames = []string{
	"Mohammed Abdulrahman al-Kani", "محمد عبدالرحمن الكاني", "Олександр Миколайович Шевчук", "Gözətçi Əhmədov", "Nikolaos Papadakis", "김영수",
}

func BenchmarkFold(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		Fold(benchNames[i%len(benchNames)])
	}
}

func BenchmarkPrepare(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		Prepare(benchNames[i%len(benchNames)])
	}
}

func BenchmarkKeys(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		Keys(benchNames[i%len(benchNames)])
	}
}

func BenchmarkScore(b *testing.B) {
	x := Prepare("Mohammed Abdulrahman al-Kani")
	y := Prepare("Mohamed Abd al-Rahman Elkani Salem")
	b.Run("latin", func(b *testing.B) {
		for b.Loop() {
			score(x, y)
		}
	})
	z := Prepare("محمد عبدالرحمن الكاني")
	b.Run("arabic", func(b *testing.B) {
		for b.Loop() {
			score(x, z)
		}
	})
}
