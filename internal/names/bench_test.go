package names

import "testing"

var benchNames = []string{
	"Mohammed Abdulrahman al-Tamri", "محمد عبدالرحمن التامري", "Олександр Миколайович Шевчук", "Gəzərçi Əhmədov", "Nikolaos Papadakis", "김영수",
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
	x := Prepare("Mohammed Abdulrahman al-Tamri")
	y := Prepare("Mohamed Abd al-Rahman Eltamri Salem")
	b.Run("latin", func(b *testing.B) {
		for b.Loop() {
			score(x, y)
		}
	})
	z := Prepare("محمد عبدالرحمن التامري")
	b.Run("arabic", func(b *testing.B) {
		for b.Loop() {
			score(x, z)
		}
	})
}
