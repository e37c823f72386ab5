//! Starters for a new child playlist, offered from what a base holds.

pub mod facts;

#[cfg(test)]
mod tests;

use self::facts::BaseFacts;
use super::filter::columns::Columns;
use super::filter::compile::EvalContext;
use super::filter::fields;
use super::filter::json;
use super::filter::judge::judge;
use super::filter::output::apply_output;
use super::filter::rule::Filter;
use super::filter::sentence::sentence;
use super::track::FilterableTrack;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Short songs last at most this long, in milliseconds.
const SHORT_MS: u32 = 180_000;
/// Long songs last at least this long, in milliseconds.
const LONG_MS: u32 = 420_000;

/// A filter to start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Template {
    /// Stable for the same offer, as `decade-1990` or `genre-trip-hop`.
    pub id: String,
    /// A name for the child playlist.
    pub name: String,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub filter: Filter,
    /// The filter in plain words.
    pub sentence: String,
    /// Why it is offered, or why it cannot be used and what can be used instead.
    pub reason: String,
    /// Whether Spotify delivers what it asks for.
    pub is_available: bool,
    /// Songs of the base that it takes; absent where they cannot be judged.
    pub count: Option<u32>,
}

/// What a base offers to start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Templates {
    /// Songs in the base.
    pub total: u32,
    pub items: Vec<Template>,
}

/// Songs that a filter takes by itself; `None` where one of them cannot be judged.
pub fn count(filter: &Filter, columns: &Columns<'_>, context: &EvalContext) -> Option<u32> {
    let verdicts = judge(columns, &[filter], context).ok()?.pop()?;
    if !verdicts.unknown.is_none() {
        return None;
    }
    let matched: Vec<u32> = verdicts.yes.rows().filter_map(|row| u32::try_from(row).ok()).collect();
    u32::try_from(apply_output(columns, &matched, &filter.output).len()).ok()
}

/// All offers with their counts.
pub fn offers(tracks: &[FilterableTrack], context: &EvalContext) -> Templates {
    let mut items = templates(&BaseFacts::of(tracks, context));
    let columns = Columns::new(tracks);
    for template in items.iter_mut().filter(|template| template.is_available) {
        template.count = count(&template.filter, &columns, context);
    }
    Templates { total: u32::try_from(tracks.len()).unwrap_or(u32::MAX), items }
}

/// The offers, without counts: decades, genres and artists that occur, and what any base can start from.
pub fn templates(facts: &BaseFacts) -> Vec<Template> {
    let mut offers = Offers { facts, made: Vec::new() };
    for (decade, songs) in &facts.decades {
        let rule = json!({"field": "release_year", "op": "between", "value": [decade, decade + 9]});
        offers.add(&format!("decade-{decade}"), &format!("{decade}s"), &rule, &songs_words(*songs, "of these years"));
    }
    offers.genres();
    offers.always();
    for (artist, songs) in &facts.artists {
        let rule = json!({"field": "artist", "op": "any_of", "value": [artist]});
        offers.add(&format!("artist-{}", slug(artist)), artist, &rule, &songs_words(*songs, "by this artist"));
    }
    offers.made
}

fn songs_words(songs: u32, what: &str) -> String {
    format!("The base holds {songs} {} {what}.", if songs == 1 { "song" } else { "songs" })
}

fn slug(name: &str) -> String {
    name.to_lowercase()
        .split(|char: char| !char.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

struct Offers<'f> {
    facts: &'f BaseFacts,
    made: Vec<Template>,
}

impl Offers<'_> {
    fn add(&mut self, id: &str, name: &str, rule: &Value, reason: &str) {
        let Ok(filter) = json::parse(&json!({"schema_version": 1, "rules": [rule]})) else { return };
        let withheld = filter.withheld_fields(&self.facts.capabilities);
        let is_available = withheld.is_empty();
        let reason = match withheld.first() {
            None => reason.to_owned(),
            Some(field) => format!(
                "Spotify withholds {} from apps like this one, so no song could be judged. Start from an artist or a decade instead.",
                field.label.to_lowercase()
            ),
        };
        self.made.push(Template {
            id: id.to_owned(),
            name: name.chars().take(100).collect(),
            sentence: sentence(&filter),
            filter,
            reason,
            is_available,
            count: None,
        });
    }

    fn genres(&mut self) {
        let rule = |genre: &str| json!({"field": "genre", "op": "any_of", "value": [genre]});
        let is_withheld = fields::find("genre").is_some_and(|field| field.is_withheld(&self.facts.capabilities));
        if is_withheld {
            // One card says it for all of them.
            return self.add("genre", "A genre", &rule("rock"), "");
        }
        for (genre, songs) in &self.facts.genres {
            self.add(&format!("genre-{}", slug(genre)), genre, &rule(genre), &songs_words(*songs, "of this genre"));
        }
    }

    fn always(&mut self) {
        let year = self.facts.year;
        let offers = [
            (
                "short",
                "Three minutes at most",
                json!({"field": "duration", "op": "lte", "value": SHORT_MS}),
                "Short songs, by their length.",
            ),
            (
                "long",
                "Seven minutes and more",
                json!({"field": "duration", "op": "gte", "value": LONG_MS}),
                "Long songs, by their length.",
            ),
            (
                "clean",
                "Clean",
                json!({"field": "explicit", "op": "is", "value": false}),
                "Not marked as explicit; Spotify says the same where nobody has judged.",
            ),
            (
                "explicit",
                "Explicit",
                json!({"field": "explicit", "op": "is", "value": true}),
                "Marked as explicit at Spotify.",
            ),
            (
                "new",
                "New here",
                json!({"field": "added_at", "op": "in_last", "value": {"n": 30, "unit": "days"}}),
                "Added to the base within 30 days; older songs leave by themselves.",
            ),
            (
                "studio",
                "No live, karaoke or demo",
                json!({"field": "version_kind", "op": "none_of", "value": ["live", "karaoke", "demo"]}),
                "Leaves out what the title calls live, karaoke or a demo.",
            ),
            (
                "this-year",
                "Released this year",
                json!({"field": "release_year", "op": "eq", "value": year}),
                "By the date of the album; the year does not move on by itself.",
            ),
        ];
        for (id, name, rule, reason) in offers {
            self.add(id, name, &rule, reason);
        }
    }
}
