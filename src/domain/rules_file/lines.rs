//! A filter as lines of words, one per rule, group and option, so that two filters can be held against each other.

use super::document::Entry;
use crate::domain::filter::fields;
use crate::domain::filter::json;
use crate::domain::filter::output::{Dedupe, Direction, Limit, Output};
use crate::domain::filter::rule::{Filter, Group, MatchMode, Node};
use crate::domain::filter::sentence::sentence;
use crate::domain::playlist::ChildKind;
use serde_json::{Value, json};

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// How deep it stands: 0 for the outermost rules and for what is no rule.
    pub depth: u8,
    /// What it is about, as a field's id: lines about the same are changed, not replaced.
    pub about: String,
    pub words: String,
    /// What is compared: words may leave something out.
    pub exact: Value,
}

/// Every line of an entry.
pub fn lines_of(entry: &Entry) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut option = |about: &str, words: String, exact: Value| {
        lines.push(Line { depth: 0, about: about.to_owned(), words, exact });
    };
    option("name", format!("Name: {}", entry.name), json!(entry.name));
    if !entry.description.is_empty() {
        option("description", format!("Description: {}", entry.description), json!(entry.description));
    }
    if entry.kind == ChildKind::Leftovers {
        option("kind", "Takes what no other child playlist took".to_owned(), json!("leftovers"));
    }
    lines.extend(filter_lines(&entry.filter));
    lines
}

fn filter_lines(filter: &Filter) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut option = |about: &str, words: String, exact: Value| {
        lines.push(Line { depth: 0, about: about.to_owned(), words, exact });
    };
    if filter.everything {
        option("match", "Every song, without any rule".to_owned(), json!("everything"));
    } else if filter.root.mode != MatchMode::All || filter.root.rules.is_empty() {
        option("match", head(filter.root.mode), json!(filter.root.mode));
    }
    push_nodes(&filter.root, 0, &mut lines);
    push_output(&filter.output, &mut lines);
    for (about, words, uris) in [("pins", "always in", &filter.pins), ("bans", "never in", &filter.bans)] {
        if !uris.is_empty() {
            let songs = if uris.len() == 1 { "song" } else { "songs" };
            let words = format!("{} {songs} {words}", uris.len());
            lines.push(Line { depth: 0, about: about.to_owned(), words, exact: json!(uris) });
        }
    }
    lines
}

fn head(mode: MatchMode) -> String {
    match mode {
        MatchMode::All => "All of these rules:",
        MatchMode::Any => "Any of these rules:",
        MatchMode::None => "None of these rules:",
    }
    .to_owned()
}

fn push_nodes(group: &Group, depth: u8, lines: &mut Vec<Line>) {
    for node in &group.rules {
        match node {
            Node::Group(inner) => {
                let line = Line { depth, about: "match".to_owned(), words: head(inner.mode), exact: json!(inner.mode) };
                lines.push(line);
                push_nodes(inner, depth + 1, lines);
            }
            Node::Rule(rule) => {
                let alone = Filter {
                    root: Group { mode: MatchMode::All, rules: vec![Node::Rule(rule.clone())] },
                    ..Filter::default()
                };
                let exact = json::write(&alone)["rules"][0].clone();
                lines.push(Line { depth, about: rule.field.id.to_owned(), words: sentence(&alone), exact });
            }
        }
    }
}

fn push_output(output: &Output, lines: &mut Vec<Line>) {
    let mut option = |about: &str, words: String, exact: Value| {
        lines.push(Line { depth: 0, about: format!("output {about}"), words, exact });
    };
    if !output.sort.is_empty() {
        let keys: Vec<String> = output.sort.iter().map(|key| sort_words(&key.field, key.dir)).collect();
        option("sort", format!("Sorted by {}", keys.join(", then ")), json!(output.sort));
    }
    match output.limit {
        None => {}
        Some(Limit::Tracks(n)) => option("limit", format!("At most {n} songs"), json!(output.limit)),
        Some(Limit::Minutes(n)) => option("limit", format!("At most {n} minutes"), json!(output.limit)),
    }
    if let Some(most) = output.max_per_artist {
        option("max_per_artist", format!("At most {most} per artist"), json!(most));
    }
    match output.dedupe {
        Dedupe::Id => {}
        Dedupe::Isrc => option("dedupe", "Each recording once".to_owned(), json!(output.dedupe)),
        Dedupe::IsrcThenName => {
            option("dedupe", "Each recording once, also by artist, title and length".to_owned(), json!(output.dedupe));
        }
    }
}

fn sort_words(field: &str, direction: Direction) -> String {
    let label = fields::find(field).map_or(field, |field| field.label).to_lowercase();
    match direction {
        Direction::Asc => label,
        Direction::Desc => format!("{label}, last first"),
    }
}
