//! The words that invented music is named with.

/// A family of styles: its genres, its years, and how its artists and songs are named.
pub(super) struct Scene {
    pub genres: &'static [&'static str],
    /// First and last year of releases.
    pub years: (u16, u16),
    pub script: Script,
    /// Share of explicit songs in percent.
    pub explicit: u8,
    /// Typical length in seconds.
    pub seconds: (u32, u32),
}

/// The words of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    English,
    French,
    Spanish,
    Portuguese,
    German,
    Nordic,
    Slavic,
    Cyrillic,
    Greek,
    Japanese,
    Korean,
    Chinese,
    Arabic,
    Hindi,
    Hebrew,
    Thai,
}

const fn scene(
    genres: &'static [&'static str],
    years: (u16, u16),
    script: Script,
    explicit: u8,
    seconds: (u32, u32),
) -> Scene {
    Scene { genres, years, script, explicit, seconds }
}

/// All scenes; the English ones are chosen more often.
pub(super) const SCENES: &[Scene] = &[
    scene(&["soul", "motown", "classic soul"], (1960, 1979), Script::English, 0, (140, 230)),
    scene(&["classic rock", "album rock", "hard rock"], (1966, 1989), Script::English, 2, (180, 420)),
    scene(&["disco", "funk", "post-disco"], (1974, 1984), Script::English, 0, (200, 400)),
    scene(&["new wave", "synthpop", "post-punk"], (1978, 1990), Script::English, 1, (180, 300)),
    scene(&["alternative rock", "indie rock", "shoegaze"], (1986, 2026), Script::English, 8, (170, 340)),
    scene(&["grunge", "alternative metal", "hard rock"], (1989, 2005), Script::English, 15, (180, 330)),
    scene(&["hip hop", "east coast hip hop", "rap"], (1988, 2026), Script::English, 60, (150, 290)),
    scene(&["trap", "southern hip hop", "rap"], (2008, 2026), Script::English, 75, (120, 230)),
    scene(&["house", "deep house", "edm"], (1990, 2026), Script::English, 3, (190, 460)),
    scene(&["techno", "ambient techno", "idm"], (1991, 2026), Script::German, 0, (260, 600)),
    scene(&["indie folk", "singer-songwriter", "folk"], (1968, 2026), Script::English, 2, (150, 290)),
    scene(&["country", "outlaw country", "americana"], (1964, 2026), Script::English, 3, (150, 250)),
    scene(&["jazz", "hard bop", "vocal jazz"], (1960, 2026), Script::English, 0, (180, 620)),
    scene(&["pop", "dance pop", "electropop"], (1998, 2026), Script::English, 14, (150, 240)),
    scene(&["r&b", "neo soul", "contemporary r&b"], (1994, 2026), Script::English, 25, (170, 300)),
    scene(&["chanson", "variété française", "french pop"], (1960, 2026), Script::French, 1, (150, 270)),
    scene(&["rock en español", "latin alternative", "latin rock"], (1984, 2026), Script::Spanish, 5, (180, 300)),
    scene(&["reggaeton", "urbano latino", "trap latino"], (2003, 2026), Script::Spanish, 45, (150, 250)),
    scene(&["bossa nova", "mpb", "samba"], (1960, 2020), Script::Portuguese, 0, (130, 260)),
    scene(&["schlager", "neue deutsche welle", "german pop"], (1979, 2026), Script::German, 2, (160, 250)),
    scene(&["swedish pop", "nordic folk", "dream pop"], (1990, 2026), Script::Nordic, 3, (170, 320)),
    scene(&["polish rock", "czech indie", "balkan brass"], (1982, 2026), Script::Slavic, 4, (170, 300)),
    scene(&["russian rock", "russian post-punk"], (1983, 2026), Script::Cyrillic, 6, (170, 300)),
    scene(&["laiko", "entechno", "greek pop"], (1970, 2026), Script::Greek, 1, (180, 280)),
    scene(&["city pop", "j-pop", "japanese indie"], (1977, 2026), Script::Japanese, 1, (190, 320)),
    scene(&["k-pop", "k-indie", "korean r&b"], (2000, 2026), Script::Korean, 3, (160, 240)),
    scene(&["mandopop", "c-pop", "cantopop"], (1985, 2026), Script::Chinese, 0, (190, 300)),
    scene(&["arab pop", "raï", "mahraganat"], (1980, 2026), Script::Arabic, 2, (180, 380)),
    scene(&["filmi", "bollywood", "indian indie"], (1970, 2026), Script::Hindi, 1, (180, 360)),
    scene(&["israeli indie", "mizrahi"], (1990, 2026), Script::Hebrew, 2, (170, 270)),
    scene(&["thai pop", "luk thung", "molam"], (1985, 2026), Script::Thai, 1, (170, 290)),
];

/// Two lists per script: what comes first in a name, and what comes second.
pub(super) fn words(script: Script) -> (&'static [&'static str], &'static [&'static str]) {
    match script {
        Script::English => (ENGLISH_FIRST, ENGLISH_SECOND),
        Script::French => (
            &["Les", "Rue", "Étoile", "Café", "Élodie", "Forêt", "Cœur", "Château", "Bleu", "Été"],
            &[
                "Lumières",
                "du Canal",
                "Noël",
                "des Marées",
                "Fâché",
                "Perdue",
                "à Deux",
                "Sauvage",
                "d’Hiver",
                "Légère",
            ],
        ),
        Script::Spanish => (
            &["Los", "Señor", "Corazón", "Niña", "Canción", "Luz", "Mañana", "Río", "Ángel", "Tormenta"],
            &[
                "del Sur",
                "Dormidos",
                "Español",
                "de Otoño",
                "Salvaje",
                "sin Ti",
                "Perdido",
                "y Ceniza",
                "Azul",
                "Pequeño",
            ],
        ),
        Script::Portuguese => (
            &["João", "Saudade", "Manhã", "Maré", "Luar", "São", "Coração", "Verão", "Flor", "Avenida"],
            &["do Mar", "Antiga", "de Abril", "Tão Só", "na Janela", "Vermelha", "Irmãos", "de Papel", "Azul", "Calma"],
        ),
        Script::German => (
            &["Straße", "Glück", "Nacht", "Über", "Kühles", "Große", "Schöne", "Zug", "Nebel", "Fünf"],
            &["Bäume", "und Schnee", "nach Köln", "Träume", "Maschine", "im Flur", "Wärme", "Grüße", "Leise", "Allein"],
        ),
        Script::Nordic => (
            &["Björk", "Sjö", "Å", "Vår", "Fjäll", "Øst", "Måne", "Stjärna", "Hjärta", "Þoka"],
            &["Sången", "på Vinden", "Ljus", "Drømme", "i Norr", "Kväll", "og Hav", "Bræ", "Tårar", "Hem"],
        ),
        Script::Slavic => (
            &["Złota", "Żółw", "Černý", "Říše", "Świt", "Šuma", "Noć", "Łódź", "Kůň", "Džez"],
            &["Jesień", "Ślad", "Večer", "Zpátky", "Źródło", "Ćmy", "Ptáci", "nad Rzeką", "Mjesec", "Domů"],
        ),
        Script::Cyrillic => (
            &["Тихий", "Синяя", "Город", "Ночь", "Белый", "Последний", "Зимняя", "Северный"],
            &["Океан", "Птица", "Огней", "Вокзал", "Шум", "Поезд", "Сказка", "Ветер"],
        ),
        Script::Greek => (
            &["Μικρή", "Άσπρη", "Νύχτα", "Παλιό", "Θάλασσα", "Το", "Κόκκινο", "Ήσυχη"],
            &["Πόλη", "Άνοιξη", "Φεγγάρι", "Τραγούδι", "Βροχή", "Σπίτι", "Νησί", "Καρδιά"],
        ),
        Script::Japanese => (
            &["夜の", "青い", "東京", "夏の", "ガラスの", "雨と", "さよなら", "ネオン"],
            &["電車", "ドライブ", "ラジオ", "約束", "海", "メロディ", "ゆめ", "シティ"],
        ),
        Script::Korean => (
            &["푸른", "봄날의", "서울", "작은", "별빛", "어느", "조용한", "여름"],
            &["바다", "편지", "거리", "새벽", "노래", "우산", "기억", "정거장"],
        ),
        Script::Chinese => (
            &["月光", "紅色", "夏日", "遙遠的", "城市", "秋天的", "小", "午夜"],
            &["海岸", "信", "列車", "故鄉", "花園", "回憶", "雨傘", "燈"],
        ),
        Script::Arabic => (
            &["ليل", "قلب", "شمس", "بحر", "ورد", "طريق", "صوت", "قمر"],
            &["المدينة", "الصغير", "الغريب", "البعيد", "الصيف", "القديم", "الأزرق", "الحنين"],
        ),
        Script::Hindi => (
            &["नीला", "पहली", "रात", "सपनों", "बारिश", "छोटी", "दूर", "धीमी"],
            &["आसमान", "बारिश", "की बात", "का शहर", "के बाद", "सी चिट्ठी", "का गीत", "हवा"],
        ),
        Script::Hebrew => (
            &["לילה", "ים", "שיר", "עיר", "אור", "חורף", "דרך", "בית"],
            &["לבן", "רחוק", "ישן", "שקט", "כחול", "קטן", "אחרון", "חדש"],
        ),
        Script::Thai => (
            &["คืน", "รัก", "ฝน", "ทะเล", "ดาว", "เมือง", "ลม", "ใจ"],
            &["สีฟ้า", "เดือนหก", "ไกลบ้าน", "เก่า", "เหงา", "ที่รอ", "หน้าหนาว", "ดวงเดิม"],
        ),
    }
}

const ENGLISH_FIRST: &[&str] = &[
    "Velvet", "Paper", "Silver", "Midnight", "Northern", "Electric", "Hollow", "Golden", "Quiet", "Crooked", "Marble",
    "Copper", "Distant", "Winter", "Neon", "Wild", "Broken", "Sunday", "Glass", "Lonely", "Burning", "Blue", "Second",
    "Secret", "Falling", "Faded", "Stolen", "Young", "Pale", "Slow", "Harbour", "Cinder", "Juniper", "Static",
];

const ENGLISH_SECOND: &[&str] = &[
    "Lanterns",
    "Harbor",
    "Parade",
    "Foxes",
    "Avenue",
    "Orchard",
    "Telegraph",
    "Cathedral",
    "River",
    "Machines",
    "Letters",
    "Weather",
    "Mirrors",
    "Satellites",
    "Garden",
    "Motel",
    "Highway",
    "Sparrows",
    "Kingdom",
    "Shoreline",
    "Ghosts",
    "Carousel",
    "Fever",
    "Thunder",
    "Windows",
    "Honey",
    "Tides",
    "Company",
    "Promises",
    "Radio",
    "Static",
    "Hearts",
    "Ashes",
    "Daylight",
];
