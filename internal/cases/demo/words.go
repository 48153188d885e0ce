package demo

import (
	"math/rand/v2"
	"strings"

	"amparo/internal/cases/person"
)

// word is one name in the spellings it goes by: Latin ones first to last as
// often seen, then its own script, and the female form where there is another.
type word struct {
	latn   []string
	own    string
	latnF  []string
	ownF   string
	female bool
}

// culture is one way of giving names and the towns and forces that go with it.
// Family names, towns, prisons and forces are invented; so is every person.
type culture struct {
	script, lang string
	countries    []string
	given        []word
	fathers      []word
	families     []word
	patronymic   bool // the father's name has a form of its own
	jobs         []string
	towns        []pair
	prisons      []pair
	stations     []pair
	forces       []pair
	courts       []pair
	paper        pair
}

// pair is a name in Latin letters and in its own script, "" where that is Latin.
type pair struct{ latn, own string }

func w(own string, latn ...string) word { return word{latn: latn, own: own} }
func f(own string, latn ...string) word { return word{latn: latn, own: own, female: true} }

// both is a family name with its male and female form.
func both(own, ownF string, latn, latnF string) word {
	return word{own: own, ownF: ownF, latn: strings.Split(latn, "|"), latnF: strings.Split(latnF, "|")}
}

var cultures = []culture{
	{
		script: "Arab", lang: "ar", countries: []string{"LY", "EG", "TN"},
		given: []word{w("سامي", "Sami", "Samy"), w("نادر", "Nadir", "Nader"), w("كريم", "Karim", "Kareem", "Kerim"), w("يوسف", "Yusuf", "Youssef", "Yousef"),
			w("طارق", "Tariq", "Tarek"), w("هشام", "Hisham", "Hesham"), w("إلياس", "Ilyas", "Elias"), w("منير", "Munir", "Mounir"), w("رشيد", "Rashid", "Rachid"),
			w("وليد", "Walid", "Waleed", "Oualid"), w("خليل", "Khalil", "Khaleel"), w("أنور", "Anwar", "Anouar"), w("فارس", "Faris", "Fares"), w("جميل", "Jamil", "Gamil"),
			w("عبد الرحيم", "Abdul Rahim", "Abdelrahim", "Abd al-Rahim"), w("مصطفى", "Mustafa", "Mostafa"),
			f("ليلى", "Layla", "Leila"), f("نور", "Nur", "Nour"), f("سلمى", "Salma", "Selma"), f("هدى", "Huda", "Houda"), f("مريم", "Maryam", "Mariam"),
			f("أمينة", "Amina", "Ameena"), f("ريم", "Rim", "Reem"), f("سعاد", "Suad", "Souad")},
		fathers: []word{w("حسن", "Hasan", "Hassan"), w("إبراهيم", "Ibrahim", "Brahim"), w("صالح", "Salih", "Saleh"), w("مراد", "Murad", "Mourad"), w("عمر", "Umar", "Omar"),
			w("داود", "Dawud", "Daoud"), w("بشير", "Bashir", "Bechir"), w("منصور", "Mansur", "Mansour")},
		families: []word{w("المرسوني", "Al-Marsuni", "El Marsouni", "Almarsouni"), w("القصروني", "Al-Qasruni", "Elgasrouni", "Alqasrouni"), w("الدرفيلي", "Al-Darfili", "Eldarfeely"),
			w("النميشاوي", "Al-Numayshawi", "Nemishaoui"), w("الحلفواني", "Al-Halfawani", "El Halfaouani"), w("السدروني", "Al-Sidruni", "Essidrouni"), w("الجبروني", "Al-Jabruni", "El Gabrouni"),
			w("الواحتوني", "Al-Wahatuni", "Elwahatoni"), w("الرملوسي", "Al-Ramlusi", "Ramloussi"), w("النخيلوتي", "Al-Nakhiluti", "Nakhilouti"), w("الصفصافوني", "Al-Safsafuni", "Safsafouni"),
			w("الغيمراني", "Al-Ghaymarani", "El Ghimrani"), w("البرقوشي", "Al-Barqushi", "Bargouchi"), w("الطوينعي", "Al-Tuwaynai", "Touinaï")},
		jobs:     []string{"teacher", "journalist", "blogger", "fisherman", "lawyer", "student", "pharmacist", "civil servant", "driver", "engineer"},
		towns:    []pair{{"Marsun", "مرسون"}, {"Qasrun", "قصرون"}, {"Darfil", "درفيل"}, {"Halfawan", "حلفوان"}},
		prisons:  []pair{{"Northgate prison", "سجن البوابة الشمالية"}, {"Quay prison", "سجن الرصيف"}, {"Old Mill prison", "سجن الطاحونة القديمة"}, {"Hill Six barracks", "ثكنة التل السادس"}, {"Salt Road camp", "معسكر طريق الملح"}},
		stations: []pair{{"Olive Street police station", "مركز شرطة شارع الزيتون"}, {"Marsun harbour police station", "مركز شرطة ميناء مرسون"}},
		forces:   []pair{{"Harbour Guard", "حرس الميناء"}, {"Inner Watch Directorate", "مديرية الرقابة الداخلية"}, {"Lighthouse Brigade", "كتيبة المنارة"}},
		courts:   []pair{{"Court of Appeal, Marsun", "محكمة استئناف مرسون"}, {"Special Circuit, Qasrun", "الدائرة الخاصة في قصرون"}},
		paper:    pair{"The Harbour Gazette", "جريدة الميناء"},
	},
	{
		script: "Cyrl", lang: "ru", countries: []string{"KZ", "BY"}, patronymic: true,
		given: []word{w("Руслан", "Ruslan"), w("Тимур", "Timur", "Timour"), w("Артём", "Artyom", "Artem"), w("Дмитрий", "Dmitri", "Dmitry", "Dmitriy"), w("Алексей", "Aleksei", "Alexey"),
			w("Илья", "Ilya", "Ilia"), w("Николай", "Nikolai", "Nikolay"), w("Сергей", "Sergei", "Sergey"), w("Болат", "Bolat"),
			f("Марина", "Marina"), f("Оксана", "Oksana", "Oxana"), f("Айгуль", "Aigul", "Aygul"), f("Елена", "Yelena", "Elena"), f("Зарина", "Zarina")},
		fathers: []word{both("Андреевич", "Андреевна", "Andreyevich|Andreevich", "Andreyevna|Andreevna"), both("Маратович", "Маратовна", "Maratovich", "Maratovna"),
			both("Петрович", "Петровна", "Petrovich", "Petrovna"), both("Игоревич", "Игоревна", "Igorevich", "Igorevna"), both("Юрьевич", "Юрьевна", "Yuryevich|Iurievich", "Yuryevna|Iurievna")},
		families: []word{both("Ветроградов", "Ветроградова", "Vetrogradov", "Vetrogradova"), both("Озернинский", "Озернинская", "Ozerninsky|Ozerninskii", "Ozerninskaya|Ozerninskaia"),
			both("Камнебродов", "Камнебродова", "Kamnebrodov", "Kamnebrodova"), both("Лугославов", "Лугославова", "Lugoslavov", "Lugoslavova"), both("Тихобережный", "Тихобережная", "Tikhoberezhny|Tihoberezhnyi", "Tikhoberezhnaya|Tihoberezhnaia"),
			both("Полынцовский", "Полынцовская", "Polyntsovsky|Polyncovskij", "Polyntsovskaya|Polyncovskaja"), both("Журавлёвобор", "Журавлёвобор", "Zhuravlyovobor|Zhuravlevobor", "Zhuravlyovobor|Zhuravlevobor"),
			both("Щукоречин", "Щукоречина", "Shchukorechin|Schukorechin", "Shchukorechina|Schukorechina"), both("Снегоярцев", "Снегоярцева", "Snegoyartsev|Snegoiartsev", "Snegoyartseva|Snegoiartseva")},
		jobs:     []string{"trade unionist", "musician", "journalist", "student", "nurse", "programmer", "miner"},
		towns:    []pair{{"Vetrograd", "Ветроград"}, {"Ozyornaya Pad", "Озёрная Падь"}, {"Kamnebrod", "Камнеброд"}},
		prisons:  []pair{{"Ozyornaya colony No. 90", "Озёрная колония № 90"}, {"Vetrograd remand prison", "Ветроградский следственный изолятор"}, {"Kamnebrod prison", "Камнебродская тюрьма"}},
		stations: []pair{{"Vetrograd police station No. 14", "Ветроградский отдел милиции № 14"}},
		forces:   []pair{{"Committee of Public Calm", "Комитет общественного спокойствия"}, {"Vetrograd Special Detachment", "Ветроградский особый отряд"}},
		courts:   []pair{{"Vetrograd district court", "Ветроградский районный суд"}},
		paper:    pair{"Vetrograd Evening", "Вечерний Ветроград"},
	},
	{
		script: "Cyrl", lang: "az", countries: []string{"AZ"},
		given: []word{w("Эльшан", "Elşən", "Elshan"), w("Рашад", "Rəşad", "Rashad"), w("Вугар", "Vüqar", "Vugar"), w("Фарид", "Fərid", "Farid"), w("Ильгар", "İlqar", "Ilgar"), w("Турал", "Tural"),
			f("Айтен", "Aytən", "Ayten"), f("Лала", "Lalə", "Lala"), f("Наргиз", "Nərgiz", "Nargiz"), f("Гюнель", "Günel", "Gunel")},
		families: []word{w("Шафагдаглы", "Şəfəqdağlı", "Shafagdagli"), w("Гюльбулаглы", "Gülbulaqlı", "Gulbulagli"), w("Чинаргаялы", "Çinarqayalı", "Chinargayali"), w("Булудтапали", "Buludtəpəli", "Buludtapali"),
			w("Яшылкендсой", "Yaşılkəndsoy", "Yashilkendsoy"), w("Эйричайлы", "Əyriçaylısoy", "Ayrichaylisoy")},
		jobs:     []string{"blogger", "historian", "economist", "journalist", "theologian"},
		towns:    []pair{{"Buludtəpə", "Булудтапа"}, {"Çinarqaya", "Чинаргая"}},
		prisons:  []pair{{"Buludtəpə həbsxanası", "Булудтапинская тюрьма"}, {"Çinarqaya təcridxanası", "Чинаргаинский изолятор"}, {"Göyçay yolu həbsxanası № 70", ""}},
		stations: []pair{{"Buludtəpə 5-ci polis bölməsi", ""}},
		forces:   []pair{{"Sakitlik Xidməti", "Служба спокойствия"}, {"Buludtəpə Baş İdarəsi", ""}},
		courts:   []pair{{"Buludtəpə Ağır Cinayətlər Məhkəməsi", ""}},
		paper:    pair{"Dağ Xəbərləri", ""},
	},
	{
		script: "Latn", lang: "es", countries: []string{"NI", "GT"},
		given: []word{w("", "Tomás", "Tomas"), w("", "Julián", "Julian"), w("", "Andrés", "Andres"), w("", "Mateo"), w("", "Benicio"), w("", "José Anselmo", "Jose Anselmo"),
			f("", "Inés", "Ines"), f("", "Lucía", "Lucia"), f("", "Rosaura"), f("", "María Celia", "Maria Celia")},
		families: []word{w("", "Valdesoto"), w("", "Montesolar"), w("", "Riofrondo"), w("", "Piedrahonda"), w("", "Cerrolindo Núñez", "Cerrolindo Nunez"), w("", "Campoviento"), w("", "Peñasombra", "Penasombra")},
		jobs:     []string{"farmer", "student leader", "priest", "community radio presenter", "midwife"},
		towns:    []pair{{"Piedrahonda", ""}, {"San Telmo del Llano", ""}},
		prisons:  []pair{{"Penal de Piedrahonda", ""}, {"Centro La Ceniza", ""}},
		stations: []pair{{"Comisaría Segunda de San Telmo del Llano", ""}},
		forces:   []pair{{"Guardia del Llano", ""}, {"Dirección de Tranquilidad", ""}},
		courts:   []pair{{"Juzgado Tercero de Piedrahonda", ""}},
		paper:    pair{"El Faro del Llano", ""},
	},
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// named is somebody's names as they would be on file: shown in Latin letters
// and in their own, and for some a second spelling as another source writes it.
func (c *culture) named(r *rand.Rand) (names []person.Name, female bool) {
	g := pick(r, c.given)
	parts := []word{g}
	if len(c.fathers) > 0 && chance(r, 60) {
		parts = append(parts, pick(r, c.fathers))
	}
	parts = append(parts, pick(r, c.families))
	latn := join(parts, g.female, 0)
	names = append(names, person.Name{Full: latn, Lang: c.lang, Kind: "legal", Shown: true})
	if g.own != "" && chance(r, 85) {
		names[0].Kind = "transliteration"
		own := make([]string, len(parts))
		for i, p := range parts {
			own[i] = p.own
			if g.female && p.ownF != "" {
				own[i] = p.ownF
			}
		}
		names = append(names, person.Name{Full: strings.Join(own, " "), Lang: c.lang, Kind: "legal", Shown: true})
	}
	if chance(r, 20) {
		if other := join(parts, g.female, 1+r.IntN(2)); other != latn {
			names = append(names, person.Name{Full: other, Kind: "transliteration"})
		}
	}
	return names, g.female
}

// join writes the parts of a name in their nth Latin spelling.
func join(parts []word, female bool, n int) string {
	var full []string
	for _, p := range parts {
		list := p.latn
		if female && len(p.latnF) > 0 {
			list = p.latnF
		}
		full = append(full, list[min(n, len(list)-1)])
	}
	return strings.Join(full, " ")
}
