//! What the field table offers a row: fields, operators, the inputs they need, and what is wrong with them.

use super::values::Input;
use super::{FilterForm, FormRow};
use crate::domain::filter::fields::{self, FIELDS, Kind, Section};
use crate::domain::filter::operators::{Op, Shape, operator_of, operators_of};
use crate::domain::filter::{json, sentence};

const WEEKDAYS: [(&str, &str); 7] = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
];

/// Fields under their headings, as (id, label).
pub fn field_groups() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let sections = [
        (Section::Song, "Song"),
        (Section::Artist, "Artist"),
        (Section::Album, "Album"),
        (Section::Playlist, "In the base playlist"),
    ];
    let of =
        |section| FIELDS.iter().filter(|field| field.section == section).map(|field| (field.id, field.label)).collect();
    sections.map(|(section, heading)| (heading, of(section))).to_vec()
}

/// Operators of a field, as (id, label); none for a field that is not known.
pub fn operators(field: &str) -> Vec<(&'static str, &'static str)> {
    let known = fields::find(field).map_or(&[][..], |field| operators_of(field.kind));
    known.iter().map(|op| (op.id(), op.label())).collect()
}

fn known(field: &str, op: &str) -> Option<(Kind, Op)> {
    let kind = fields::find(field)?.kind;
    Some((kind, operator_of(kind, op)?))
}

fn words_of(words: &[&str]) -> Vec<(String, String)> {
    words.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect()
}

/// What a row asks for; a text where field or operator is not known.
pub fn input_of(field: &str, op: &str) -> Input {
    let Some((kind, op)) = known(field, op) else { return Input::Texts };
    let is_length = kind == Kind::Duration;
    match (op.shape(), kind) {
        (Shape::Nothing, _) => Input::Nothing,
        (Shape::Texts, _) if matches!(op, Op::Regex | Op::NotRegex) => Input::Pattern,
        (Shape::List, Kind::Set(words) | Kind::Enum(words)) => Input::Picks(words_of(words)),
        (Shape::Texts | Shape::List, _) => Input::Texts,
        (Shape::Number, _) => {
            if is_length {
                Input::Length
            } else {
                Input::Number
            }
        }
        (Shape::Range, _) => {
            if is_length {
                Input::Lengths
            } else {
                Input::Numbers
            }
        }
        (Shape::CountRange, _) => Input::Counts,
        (Shape::Date, _) => Input::Day,
        (Shape::DateRange, _) => Input::Days,
        (Shape::Span, _) => Input::Last,
        (Shape::Year, _) => Input::Year,
        (Shape::Weekdays, _) => Input::Picks(WEEKDAYS.map(|(day, name)| (day.to_owned(), name.to_owned())).to_vec()),
        (Shape::Boolean, _) => Input::YesNo,
    }
}

/// Whether the operator compares the items of a list of names.
pub fn compares_items(field: &str, op: &str) -> bool {
    matches!(known(field, op), Some((Kind::TextList, op)) if op.shape() == Shape::List)
}

/// Whether the field speaks of several artists, of which one must be meant.
pub fn reduces(field: &str) -> bool {
    matches!(field, "artist_popularity" | "artist_followers")
}

impl FilterForm {
    /// Everything that keeps the form from being a filter, as (pointer, words for people).
    pub fn errors(&self) -> Vec<(String, String)> {
        let Err(faults) = json::parse(&self.to_json()) else { return Vec::new() };
        let pointers = self.pointers();
        let row_at = |pointer: &str| {
            let owner = pointers
                .iter()
                .position(|row| pointer.strip_prefix(row.as_str()).is_some_and(|rest| rest.starts_with("/value")));
            owner.map(|at| &self.rows[at])
        };
        let told = faults.into_iter().map(|fault| {
            let words = match (fault.pointer.as_str(), row_at(&fault.pointer)) {
                ("/rules", _) => "Add a rule, or tick “Every song”.".to_owned(),
                ("/everything", _) => "“Every song” stands for itself: remove the rules or the tick.".to_owned(),
                (_, Some(row)) => value_words(row, fault.detail),
                (_, None) => fault.detail,
            };
            (fault.pointer, words)
        });
        told.collect()
    }

    /// A name for the child, out of what the rules say; `None` while they say nothing. At most 60 characters.
    pub fn name_suggestion(&self) -> Option<String> {
        const LEN_MAX: usize = 60;
        let words = self.said_so_far().sentence()?;
        if words.chars().count() <= LEN_MAX {
            return Some(words);
        }
        // Cut where a part ends, else where a word does.
        let short: String = words.chars().take(LEN_MAX).collect();
        let cut = short.rfind(", ").or_else(|| short.rfind(' ')).unwrap_or(short.len());
        Some(short[..cut].to_owned())
    }

    /// The filter in words; `None` while it is not complete.
    pub fn sentence(&self) -> Option<String> {
        json::parse(&self.to_json()).ok().map(|filter| sentence::sentence(&filter))
    }
}

/// The parser speaks of JSON; a person typed something else.
fn value_words(row: &FormRow, detail: String) -> String {
    if row.is_blank() {
        return "Fill in what to look for.".to_owned();
    }
    match input_of(&row.field, &row.op) {
        Input::Length | Input::Lengths => "Write lengths as M:SS, such as 3:30, the shorter one first.".to_owned(),
        Input::Numbers => "Write two whole numbers, the lower one first.".to_owned(),
        Input::Days => "Write two dates, the earlier one first, each as YYYY, YYYY-MM or YYYY-MM-DD.".to_owned(),
        Input::Day => "Write a date as YYYY, YYYY-MM or YYYY-MM-DD.".to_owned(),
        Input::Last => "Write a whole number from 1 to 36500.".to_owned(),
        Input::Counts => "Write whole numbers, the lower one first; one of them may stay empty.".to_owned(),
        Input::Year => "Write a year of four digits.".to_owned(),
        Input::Nothing | Input::Texts | Input::Pattern | Input::Number | Input::YesNo | Input::Picks(_) => detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_of_every_field_has_an_input_that_can_say_it() {
        for (_, fields) in field_groups() {
            for (field, _) in fields {
                for (op, _) in operators(field) {
                    let mut row = FormRow { field: field.into(), op: op.into(), ..FormRow::default() };
                    (row.value, row.to) = match input_of(field, op) {
                        Input::Nothing => ("".into(), "".into()),
                        Input::Texts | Input::Pattern => ("abc".into(), "".into()),
                        Input::Number | Input::Numbers | Input::Year => ("1990".into(), "1999".into()),
                        Input::Counts => ("1".into(), "3".into()),
                        Input::Length | Input::Lengths => ("2:30".into(), "3:00".into()),
                        Input::Day | Input::Days => ("2001-02".into(), "2003".into()),
                        Input::Last => ("30".into(), "".into()),
                        Input::YesNo => ("false".into(), "".into()),
                        Input::Picks(words) => {
                            row.picks.push(words[0].0.clone());
                            ("".into(), "".into())
                        }
                    };
                    if field.contains("popularity") {
                        (row.value, row.to) = ("10".into(), "90".into());
                    }
                    let form = FilterForm { mode: "all".into(), rows: vec![row], ..FilterForm::default() };
                    if field.ends_with("_id") && op != "count" {
                        continue;
                    }
                    assert_eq!(form.errors(), [], "{field} {op}");
                    let filter = json::parse(&form.to_json()).unwrap();
                    assert_eq!(FilterForm::from_filter(&filter).to_json(), form.to_json(), "{field} {op}");
                }
            }
        }
    }

    #[test]
    fn faults_are_told_at_their_row_in_words_for_people() {
        let row = |field: &str, op: &str, value: &str| FormRow {
            field: field.into(),
            op: op.into(),
            value: value.into(),
            ..FormRow::default()
        };
        let cases = [
            (row("artist", "any_of", ""), "Fill in what to look for."),
            (row("duration", "lte", "3 minutes"), "Write lengths as M:SS, such as 3:30, the shorter one first."),
            (row("release_year", "between", "1990"), "Write two whole numbers, the lower one first."),
            (row("release_date", "before", "soon"), "Write a date as YYYY, YYYY-MM or YYYY-MM-DD."),
        ];
        for (row, words) in cases {
            let form = FilterForm { rows: vec![row], ..FilterForm::default() };
            let errors = form.errors();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(errors[0].0.starts_with("/rules/0/value"), "{errors:?}");
            assert_eq!(errors[0].1, words);
        }
        assert_eq!(
            FilterForm::default().errors(),
            [("/rules".to_owned(), "Add a rule, or tick “Every song”.".to_owned())]
        );
    }

    #[test]
    fn every_song_needs_no_rule_and_forgives_an_empty_one() {
        let form = FilterForm { everything: true, ..FilterForm::first() };
        assert_eq!(form.errors(), []);
        assert_eq!(form.sentence().as_deref(), Some("Every song"));
    }

    #[test]
    fn a_half_written_form_has_no_sentence() {
        let mut form = FilterForm::first();
        assert_eq!(form.sentence(), None);
        form.rows[0].value = "Björk".into();
        assert_eq!(form.sentence().as_deref(), Some("By Björk"));
    }

    #[test]
    fn a_name_is_what_the_rules_say_cut_short() {
        let mut form = FilterForm::first();
        assert_eq!(form.name_suggestion(), None);
        form.rows[0].value = "Björk".into();
        form.rows.push(FormRow::new_rule(0));
        assert_eq!(form.name_suggestion().as_deref(), Some("By Björk"));
        form.rows[1].value = "A very long name indeed, Another very long name, And one more".into();
        let name = form.name_suggestion().unwrap();
        assert!(name.starts_with("By Björk, by A very long name") && name.chars().count() <= 60, "{name}");
        assert!(!name.ends_with([',', ' ']), "{name}");
    }

    #[test]
    fn an_operator_that_does_not_fit_is_replaced() {
        let mut form = FilterForm::first();
        form.rows[0].field = "release_year".into();
        form.mend();
        assert_eq!(form.rows[0].op, "between");
    }
}
