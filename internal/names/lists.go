package names

import "strings"

// set holds words as Fold writes them.
func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[Fold(w)] = true
	}
	return m
}

var (
	articles = set(`al el ul ur the ال`)
	// kinsmen join two names and are left out as often as written.
	kinsmen = set(`ibn bin ben bint bent binti ould wuld walad weld uld oglu oghlu ogly ogli uglu qizi kizi gyzy kyzy uulu
		بن ابن بنت ولد oğlu оглы оглу углы кызы гызы улы уулу בן בת`)
	// descent words put a child before a father: the order is meaning.
	descent   = set(`ibn bin ben bint bent binti ould wuld weld بن ابن بنت ولد`)
	particles = set(`de da di do dos das del della dello degli du des d e y i la le les lo van von der den ter ten te het op zu zur zum und
		af av auf vom san y ze na of ap mac o و де да ди ла ле ван фон дер ден י`)
	honorifics = set(`mr mrs ms miss dr prof professor sir lord lady dame baron baroness hon honourable honorable rt right senator sen
		mp mep rep gen general col colonel maj major capt captain lt lieutenant sgt brig brigadier adm admiral judge justice president
		sheikh shaikh shaykh sheik cheikh hajj haj haji hajji hadj hajji elhajj sayyid sayed syed mullah mulla maulvi mawlawi maulawi
		molvi maulana qari ustad ustadh imam ayatollah sheikha datuk dato datin tun tengku alhaj alhaji fr rev father jr sr
		phd md esq mme mlle monsieur herr frau ing mag dipl bc phdr mudr judr rndr doc mgr csc
		شيخ الشيخ حاج الحاج حاجي سيد السيد دكتور الدكتور د مهندس المهندس استاذ الاستاذ لواء اللواء عميد العميد عقيد العقيد
		مقدم المقدم رائد الرائد نقيب النقيب ملازم ملا مولوي قاري سردار ايه الله خان
		генерал полковник मा डा श्री श्रीमती`)
	kunyas   = set(`abu abou aboo abo abi aba bu um umm oum ابو ابي ابا ام أبو`)
	servants = set(`abd ab abdul abdel abdal abdol abdoul abdu abdur عبد عبدال абд абдул абдель`)

	organizationWords = set(`the of and for a an in militia brigade battalion group company co ltd llc inc corp corporation organization organisation
		association committee department ministry directorate agency office authority police force forces unit
		كتيبه لواء ميليشيا مليشيا جماعه مجموعه شركه منظمه جمعيه لجنه وزاره اداره جهاز هيئه مديريه قوه قوات سريه
		батальон бригада группа компания организация министерство управление ооо зао оао пао
		mmc asc qsc birliyi nazirliyi de la du des et und der die das gmbh sa as`)
	placeWords = set(`the of city town village district province governorate region prison detention centre center camp street road base airport police station
		el al مدينه قريه محافظه منطقه حي شارع سجن معتقل مركز مخيم ناحيه قضاء مطار قاعده قسم
		город село деревня область район улица колония сизо ик тюрьма м г с
		şəhəri şəhər rayonu rayon kəndi küçəsi türməsi
		ilce mah mahallesi cezaevi de la du des`)
)

// givenForms lists spellings of one given name that sound alone would not
// join. The first word names the group.
var givenForms = groups(`
mohammed muhammad mohamed mohammad mohamad muhammed muhamed mohamud muhamad mohd md mehmed mehmet mahomet mohammud mahammad mukhammad magomed magomet mamed muhammet محمد מוחמד мохаммед мухаммед мухаммад магомед магомет мамед мехмет mhd muh moh мд
ahmed ahmad ahmet akhmed akhmad akhmet احمد ахмед ахмад ахмет
yusuf youssef joseph yousef yosef jusuf usuf yousuf yousif يوسف יוסף юсуф иосиф josef jozef giuseppe jose iosif osip jozsef ioseph
ibrahim abraham ebrahim avraham brahim ابراهيم אברהם ибрагим абрам
musa moses moussa moshe moisey موسي משה муса моисей
isa issa jesus isaa عيسي
yaqub jacob yakub yakov yaacov yakup yacoub jakob jakub jakov يعقوب יעקב яков якуб iacobus iacob 雅各布
ishaq isaac ishak izhak yitzhak اسحاق اسحق יצחק исаак
sulayman suleiman solomon suleyman soliman suliman shlomo sulejman سليمان שלמה сулейман соломон
dawud david daoud dawood daud davud داود داوود דוד давид дауд davut davidus deyvid deividdo 大卫 大衛 デービッド 데이비드 дэвид девід дейвид
yahya john jon johannes johann johan joao juan jean giovanni ivan ioan ion jan ioannis yannis jovan ian sean hans يحيي иван иоанн янис γιαννησ ιωαννησ ioannes dzhon džon 约翰 約翰 ジョン 존 джон زحون ג׳ון vanya ваня vano
hussein husayn husain hussain hossein hosein huseyn huseyin hussien houssein hocine حسين гусейн хусейн хуссейн huseynov
hasan hassan hacene حسن хасан гасан
uthman othman osman usman ottman عثمان осман усман
umar omar omer ömer عمر умар омар
khadija hatice khadijah khadidja خديجه хадижа
aisha ayesha aysha aishah ayse aicha عائشه عايشه айша
fatima fatemeh fatma fatimah fatoumata فاطمه фатима
mikhail michael mikhael michel miguel michele mihail mykhailo mihai mikael mykhaylo mikhailo mischa michal mihaly micheal mikko ميخائيل михаил михайло maykl maikl maikeru maikul 迈克尔 麥可 マイケル 마이클 майкл מייקל مایکل misha миша міша
oleksandr alexander aleksandr alexandros aleksander alejandro alexandre alessandro iskander iskandar sandor олександр александр αλεξανδροσ 亚历山大 亞歷山大 アレクサンドル 알렉산드르 sasha саша сашко sashko
yevhen evgeny eugene yevgeny evgeni yevgeniy evgeniy eugen eugenio евгений евген євген zhenya женя
volodymyr vladimir wladimir володимир владимир uladzimir 弗拉基米尔 ウラジーミル 블라디미르 volodya vova володя вова
mykola nikolai nicholas nikolay nicolas nicolae nikolaos nicola niklas klaus mikalai микола николай νικολαοσ kolya коля
petro peter pyotr pierre pedro pietro petr petros piotr petar петро петр петър πετροσ petrus 彼得 ピーター 피터 питер petya петя
pavlo paul pavel pablo paolo pawel pavlos павло павел paulus 保罗 ポール 폴 пол
andriy andrew andrei andrey andreas andre andres andrzej andrea андрий андрей андрій 安德鲁 アンドリュー 앤드루 эндрю
serhiy sergei sergey serge sergio sergiy serhii сергий сергей сергій seryozha serezha сережа
oleksiy alexei aleksey alexis alexey oleksii олексий алексей олексій alyosha lyosha алеша леша
dmytro dmitry dmitri dimitri dimitrios dmitriy dimitar дмитро дмитрий димитър dima mitya дима діма митя
yuri yurii yury george georgi georgios jorge giorgi georges gheorghe jorg iuri юрий юрій георгий georg giorgio jerzy jiri georgius dzhordzh joji 乔治 喬治 ジョージ 조지 джордж yura юра
hryhoriy grigory gregory grigori grigoriy григорий григорій gregor grisha гриша
stepan stephen steven stefan esteban stephan etienne stefano szczepan stevan степан стефан stephanus 史蒂芬 史蒂夫 スティーブン 스티븐 стивен стив styopa стьопа степа
vasyl vasily basil vasiliy vasile vasilios vasil василь василий васил vasya вася
anton anthony antonio antoine antoni antonios tony антон
tymofiy timothy timofey
illya ilya elijah elias ilias ilie илья ілля
matviy matthew matvey mathieu mateo matteo mateusz matthias mattheus matt
luka luke lucas lukas luca lukasz
marko mark marcus marco marcos marc 马克 馬克 マーク 마크 марк
kateryna catherine ekaterina katherine katarina yekaterina caterina екатерина катерина katya катя
olena elena helen helena yelena олена елена lena лена
hanna anna ann anne ganna анна ганна anya аня
maria mary marie mariya mariam maryam miriam marija مريم мария марія masha маша
iryna irina irene irena ирина ірина ira ира іра
natalia nataliya natalya nathalie natalie наталия наталья наталія natasha наташа
viktor victor wiktor виктор віктор vitya витя вітя
oleh oleg олег
ihor igor игорь ігор
konstantin kostiantyn constantine constantin konstantinos costas kostas kostya константин костянтин костя κωνσταντινοσ
tetiana tatiana tatyana tanya татьяна тетяна таня
olha olga olya ольга оля
svitlana svetlana sveta светлана світлана света
anatoliy anatoly anatoli anatolii tolya анатолий анатолій толя
leonid lyonya леонид леонід леня
valeriy valery valeri valerii valera валерий валерій валера
nadiya nadezhda nadia nadya надежда надія надя
lyudmyla lyudmila ludmila lyuda людмила люда
liubov lyubov lyuba любовь любов люба
boris borys borya борис боря
winifred winifrid winnie
william willie bill will guillaume wilhelm guillermo willem billy liam willy gulielmus uilyam uiliam vilyam 威廉 ウィリアム 윌리엄 уильям уілям вильям ויליאם
robert bob rob bobby roberto robertus robatu ropotu 罗伯特 羅伯特 ロバート 로버트 роберт
richard dick rick ricardo rich ricardus richado 理查德 リチャード 리처드 ричард
james jim jimmy jamie jaime dzheyms jeimuzu jeimsu iacobus jacobus 詹姆斯 ジェームズ 제임스 джеймс
edward ed eddie ted edouard eduardo eduard edvard eduardus 爱德华 エドワード 에드워드 эдвард
theodore ted theodor fedor fyodor feodor teodor
charles chuck charlie carlos carl karl carlo karel karol carolus charlz 查尔斯 チャールズ 찰스 чарльз
elizabeth liz betty elisabeth beth elisaveta yelizaveta
margaret peggy maggie marguerite margarita
thomas tom tommy tomas tomasz foma tomasu 托马斯 トーマス 토머스 томас
joseph joe josephus iosephus 约瑟夫 ジョセフ 조지프
daniel dan danny daniil danylo 丹尼尔 丹尼爾 ダニエル 대니얼 дэниел
samuel sam sami
benjamin ben bibi benny
kenneth ken
ronald ron
donald don
gerald gerry jerry
lawrence larry lars laurent lorenzo laurence
christopher chris christophe kristof kit christophorus christoforo christoph cristobal
patrick pat paddy
david dave
michael mike mick maykl mayk maik 迈克 麥克 マイク 마이크 майк
stephen steve
peter pete
nicholas nick
alexander alex sasha
gregory greg
timothy tim
jeffrey jeff geoff geoffrey
philip phil philippe filip felipe philippos filippo
frederick fred friedrich frederic federico fredrik
francis frank francois francisco franz francesco franciscus
henry harry henri heinrich enrique hank hendrik enrico henrik henricus haroldo 亨利 ヘンリー 헨리 генри
albert al bert
arthur art arturo
andrew andy drew
anthony tony
john jack johnny
katherine kate kathy cathy
deborah debbie deb
susan sue
judith judy
pamela pam
barbara barb
patricia pat patty
susanna suzanne
jennifer jen jenny
cynthia cindy
douglas doug
rodney rod
russell russ
raymond ray
leonard len lenny
louis lewis luis luigi ludwig luiz lou ludovicus
walter walt
zachary zach zack
joshua josh
jonathan jon
`)

// isArticle tells a word that is an article before next. In Arabic the l of
// the article takes the sound of the letter after it: an- is one before n
// alone, and a family name elsewhere.
func isArticle(w, next string) bool {
	if articles[w] {
		return true
	}
	switch w {
	case "as", "ar", "az", "ad", "an", "at", "ash":
		return strings.HasPrefix(next, w[1:])
	}
	return false
}

// groups reads one group per line into word → numbers of its groups.
func groups(s string) map[string][]int {
	m := map[string][]int{}
	n := 0
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		n++
		for _, w := range f {
			w = Fold(w)
			m[w] = append(m[w], n)
		}
	}
	return m
}

// common given names carry less of a name's weight than rare ones.
var commonWords = set(`mohammed muhammad mohamed mohammad ahmed ahmad ali hassan hasan hussein husayn hussain khan abdullah abdallah mahmoud mahmud
	omar umar ibrahim mustafa khalid said yusuf youssef saleh salih salem salim abd محمد احمد علي حسن حسين عبدالله محمود عمر ابراهيم مصطفي خالد سعيد يوسف صالح سالم
	john david michael robert james william peter paul thomas richard george mary maria anna ivan jose juan jean carlos luis
	иван александр николай сергей владимир олександр петро микола володимир андрий maria ivanov
	kim lee li park pak choe choi jong chang wang zhang nguyen van thi tran singh kumar bahadur devi`)
