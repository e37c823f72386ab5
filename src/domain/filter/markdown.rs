//! The documentation of all fields, made from the table.

use super::fields::{Cost, FIELDS, Field, Kind};
use super::operators::operators_of;

/// A page of Markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# Filter fields\n\nMade from the table in the code by `headwater docs fields`.\n\n| field | what it is | operators | example |\n|---|---|---|---|\n",
    );
    for field in FIELDS {
        let operators: Vec<String> = operators_of(field.kind).iter().map(|op| format!("`{}`", op.id())).collect();
        out.push_str(&format!(
            "| `{}` | {}{} {} | {} | `{}` |\n",
            field.id,
            kind_words(field),
            cost(field),
            field.help,
            operators.join(" "),
            field.example
        ));
    }
    out
}

/// What values a field has, in words.
pub fn kind_words(field: &Field) -> String {
    match field.kind {
        Kind::Text => "Text.".into(),
        Kind::TextList => "List of texts.".into(),
        Kind::Ids => "List of Spotify ids.".into(),
        Kind::Set(words) => format!("Any of: {}.", words.join(", ")),
        Kind::Enum(words) => format!("One of: {}.", words.join(", ")),
        Kind::Number { min, max } => format!("Integer, {min} to {max}."),
        Kind::Duration => "Milliseconds.".into(),
        Kind::Boolean => "Yes or no.".into(),
        Kind::Date => "Day, month or year.".into(),
        Kind::Instant => "Moment.".into(),
    }
}

fn cost(field: &Field) -> &'static str {
    match (field.cost, field.delivered.is_some()) {
        (Cost::Zero, false) => "",
        (Cost::Zero, true) => " Only where Spotify delivers it to this app.",
        (Cost::Artist, _) => " Needs the artists; only where Spotify delivers it to this app.",
    }
}
