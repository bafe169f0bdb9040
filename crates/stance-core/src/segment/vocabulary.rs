//! Word lists that tell whether a new sentence begins.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that, capitalized, open a sentence and no name.
const STARTERS: &[&str] = &[
    // English: articles, pronouns, possessives.
    "The A An This That These Those He She It They We You I His Her Its Their Our My Your",
    // English: conjunctions and adverbs.
    "But And Or So Yet If While After Before Since Although Though However Meanwhile Moreover",
    "Nevertheless Nonetheless Instead Also Then There Thus Both Because Until Unless Whether",
    "Earlier Later Last Next Now Not Only Such Still Even Just Once Today Yesterday Tomorrow",
    "Additionally Furthermore Therefore Finally Separately Previously Recently Similarly Perhaps",
    // English: prepositions, quantifiers, question words.
    "In On At As For From By With Under Despite During Unlike Among Between Over About Against",
    "According Without Within Some Many Most Several All Any Each Every Few Other Others Neither",
    "What Who Why How Where Which When Whatever",
    // Russian.
    "В Во На По Об О Он Она Оно Они Это Эти Этот Эта Но И А Однако При Как Так Также Кроме После",
    "До Со С Ко К Для Если Когда Ранее Позже Позднее Ещё Еще Между Тем Мы Я Вы Его Её Ее Их Не Ни",
    "За Из От У Под Над Через Уже Затем Поэтому Сейчас Сегодня Вчера Там Здесь Кто Что Почему Где",
    "Все Всё По-прежнему Во-первых Напомним Отметим Согласно Впрочем Хотя Пока Тогда",
    // Ukrainian.
    "Це Ця Цей Він Вона Воно Вони Але Та Проте Також Однак Після Під Раніше Пізніше Якщо Коли Ми",
    "Його Її Їх Щодо Водночас Із Зі Від Біля Хто Чому Тоді",
    // Kazakh.
    "Бұл Ол Олар Сонымен Алайда Бірақ Ал Осы Біз Сондай-ақ Кейін Енді Мұндай Оның",
];

/// Verbs that give a quotation to its speaker.
const VERBS: &str = "said says asked asks added told replied answered wondered exclaimed wrote \
    quipped demanded shouted cried joked responded remarked continued insisted inquired declared \
    спросил спросила сказал сказала ответил ответила воскликнул воскликнула заявил заявила добавил \
    добавила запитав запитала сказав відповів заявив деді";

/// After a verb of saying, these begin what is said, so that the verb does not belong to the
/// quotation before.
const REPORTED: &str = "that he she it they we there his her their no whether if this what";

/// Places and people who are often the subject of a sentence of their own.
const PLACES: &str = "Russia Moscow Kremlin Putin Lavrov Peskov Kazakhstan Astana Tokayev Uzbekistan \
    Tashkent Mirziyoyev Kyrgyzstan Bishkek Japarov Tajikistan Dushanbe Rahmon Turkmenistan Ashgabat \
    Ukraine Kyiv Zelenskyy Zelensky Belarus Minsk Lukashenko Moldova Georgia Tbilisi Armenia Yerevan \
    Azerbaijan Baku Turkey Ankara Iran Tehran China Beijing India Germany Berlin France Paris Poland \
    Warsaw Hungary Budapest Serbia Belgrade Brussels Washington London Europe NATO";

/// Verbs that make a place before them a subject.
const FINITE: &str = "is are was were has have had will would can could may might must should did \
    does do said says also never remains became wants hopes refused rejected denied responded \
    declined agreed joined answered called abstained insists insisted";

/// English weekdays and time zones, as they follow an hour.
const DAYS: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday GMT UTC EST EDT CET \
    CEST EET MSK BST PST PDT ET PT Eastern Local";

/// Months in full and short, as datelines name them; genitive where the language asks for it.
const MONTHS: &str = "January February March April May June July August September October November \
    December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec января февраля марта апреля мая июня \
    июля августа сентября октября ноября декабря янв фев февр мар апр июн июл авг сен сент окт ноя \
    нояб дек січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня \
    қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан г год р ж";

/// Agencies that sign a dateline after its dash.
const AGENCIES: &[&str] = &[
    "Sputnik",
    "TASS",
    "ТАСС",
    "RIA Novosti",
    "РИА Новости",
    "Interfax",
    "Интерфакс",
    "Reuters",
    "Trend",
    "Kazinform",
    "Казинформ",
    "KazTAG",
    "КазТАГ",
    "AKIpress",
    "АКИpress",
    "Kabar",
    "Кабар",
    "BelTA",
    "БЕЛТА",
    "AZERTAC",
    "UzA",
    "УзА",
    "Fergana",
    "Фергана",
    "24.kg",
    "Ukrinform",
    "Укрінформ",
    "Armenpress",
    "Арменпресс",
    "Khovar",
    "Ховар",
    "Xinhua",
    "AP",
    "AFP",
    "Anadolu",
];

/// Nouns before a letter that is their label and no initial: "Plan B.", "vitamin C."
const LETTERED: &str = "plan vitamin group class category section option appendix type hepatitis \
    annex article grade schedule Plan Group Class Category Section Option Appendix Annex";

static STARTER_SET: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| STARTERS.iter().flat_map(|line| line.split(' ')).collect());

fn listed(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Whether `word` opens sentences.
pub(super) fn is_starter(word: &str) -> bool {
    STARTER_SET.contains(word)
}

/// Whether `word` labels what stands before a single letter.
pub(super) fn is_lettered(word: &str) -> bool {
    listed(LETTERED, word)
}

/// Whether `word` is a month, in full or short, or a mark of the year after it.
pub(super) fn is_month(word: &str) -> bool {
    listed(MONTHS, word)
}

/// Whether `word` names a day, a month or a time zone.
pub(super) fn is_day_name(word: &str) -> bool {
    listed(DAYS, word) || is_month(word)
}

/// Whether `name` is an agency as it signs datelines.
pub(super) fn is_agency(name: &str) -> bool {
    AGENCIES.contains(&name)
}

/// Whether `first second …` is a place or a person and its verb.
pub(super) fn is_clause(rest: &str) -> bool {
    let mut words = words(rest);
    words.next().is_some_and(|word| listed(PLACES, word))
        && words.next().is_some_and(|word| listed(FINITE, word))
}

/// Whether `rest` attributes the quotation before it: up to five capitalized words, then a verb of
/// saying, and nothing that would be what is said: "President Tokayev asked."
pub(super) fn is_attribution(rest: &str) -> bool {
    let mut rest = words(rest);
    for word in rest.by_ref().take(6) {
        if word.starts_with(char::is_uppercase) && !is_starter(word) {
            continue;
        }
        return listed(VERBS, word) && !rest.next().is_some_and(|word| listed(REPORTED, word));
    }
    false
}

/// Words of `text` up to the first mark other than a hyphen or an apostrophe.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’');
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_verb_of_saying_attributes_what_stands_before() {
        assert!(is_attribution("President Kassym-Jomart Tokayev asked reporters."));
        assert!(is_attribution("Tokayev asked."));
        assert!(!is_attribution("Tokayev said that he had no answer."));
        assert!(!is_attribution("The minister asked for time."));
        assert!(!is_attribution("Tokayev left."));
    }

    #[test]
    fn a_place_with_its_verb_is_a_clause() {
        assert!(is_clause("Russia has answered."));
        assert!(!is_clause("Treasury has answered."));
        assert!(!is_clause("Russia envoy John Smith left."));
    }
}
