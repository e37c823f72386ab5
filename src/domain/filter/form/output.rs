//! Output options as fields of the form: order, limit, a cap per artist, doubles.

use crate::domain::filter::output::{Dedupe, Direction, Limit, Output, SORT_KEYS_MAX};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The output options, all as typed; empty ones change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutputForm {
    /// Keys to sort by, the most important first; those without a field are none.
    #[serde(default)]
    pub sort: Vec<SortRow>,
    /// How many songs, or minutes.
    #[serde(default)]
    pub limit: String,
    /// "minutes"; anything else is songs.
    #[serde(default)]
    pub limit_unit: String,
    #[serde(default)]
    pub max_per_artist: String,
    /// "isrc" or "isrc_then_name"; empty is the same Spotify id.
    #[serde(default)]
    pub dedupe: String,
}

/// One key to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SortRow {
    /// Id of a field, or empty.
    #[serde(default)]
    pub field: String,
    /// "desc"; anything else is ascending.
    #[serde(default)]
    pub dir: String,
}

/// A whole number, or the text as typed: the parser then says what is wrong with it.
fn number(typed: &str) -> Value {
    typed.trim().parse::<u32>().map_or_else(|_| typed.trim().into(), Value::from)
}

impl OutputForm {
    /// The `output` of a filter; `None` where nothing is asked for.
    pub fn to_json(&self) -> Option<Value> {
        let mut output = Map::new();
        let keys: Vec<Value> = self.sort.iter().filter_map(SortRow::to_json).collect();
        if !keys.is_empty() {
            output.insert("sort".into(), keys.into());
        }
        if !self.limit.trim().is_empty() {
            let unit = if self.limit_unit == "minutes" { "minutes" } else { "tracks" };
            output.insert("limit".into(), json!({ unit: number(&self.limit) }));
        }
        if !self.max_per_artist.trim().is_empty() {
            output.insert("max_per_artist".into(), number(&self.max_per_artist));
        }
        if !self.dedupe.is_empty() && self.dedupe != "id" {
            output.insert("dedupe".into(), self.dedupe.clone().into());
        }
        (!output.is_empty()).then_some(output.into())
    }

    /// The form of a filter's output options.
    pub fn from_output(output: &Output) -> Self {
        let (limit, limit_unit) = match output.limit {
            None => (String::new(), ""),
            Some(Limit::Tracks(songs)) => (songs.to_string(), "tracks"),
            Some(Limit::Minutes(minutes)) => (minutes.to_string(), "minutes"),
        };
        let dedupe = match output.dedupe {
            Dedupe::Id => "",
            Dedupe::Isrc => "isrc",
            Dedupe::IsrcThenName => "isrc_then_name",
        };
        let sort = output.sort.iter().map(|key| SortRow {
            field: key.field.clone(),
            dir: if key.dir == Direction::Desc { "desc" } else { "asc" }.to_owned(),
        });
        Self {
            sort: sort.collect(),
            limit,
            limit_unit: limit_unit.to_owned(),
            max_per_artist: output.max_per_artist.map(|most| most.to_string()).unwrap_or_default(),
            dedupe: dedupe.to_owned(),
        }
    }

    /// Whether nothing is asked for.
    pub fn is_plain(&self) -> bool {
        self.to_json().is_none()
    }

    /// The fields as `set` reads them, with their full names.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (at, key) in self.sort.iter().enumerate() {
            pairs.push((sort_name(at, "field"), key.field.clone()));
            pairs.push((sort_name(at, "dir"), key.dir.clone()));
        }
        let parts = [
            ("limit", &self.limit),
            ("limit_unit", &self.limit_unit),
            ("max_per_artist", &self.max_per_artist),
            ("dedupe", &self.dedupe),
        ];
        let filled = parts.into_iter().filter(|(_, text)| !text.is_empty());
        pairs.extend(filled.map(|(part, text)| (output_name(part), text.clone())));
        pairs
    }

    /// Takes over one field, by its name after `filter[output][`. False if it is none.
    pub fn set(&mut self, part: &str, value: &str) -> bool {
        let target = match part.trim_end_matches(']') {
            "limit" => &mut self.limit,
            "limit_unit" => &mut self.limit_unit,
            "max_per_artist" => &mut self.max_per_artist,
            "dedupe" => &mut self.dedupe,
            _ => return self.set_sort(part, value),
        };
        value.clone_into(target);
        true
    }

    fn set_sort(&mut self, part: &str, value: &str) -> bool {
        let parts = part.strip_prefix("sort][").and_then(|rest| rest.trim_end_matches(']').split_once("]["));
        let Some((at, part)) = parts else { return false };
        let Some(at) = at.parse::<usize>().ok().filter(|at| *at < SORT_KEYS_MAX) else { return false };
        if self.sort.len() <= at {
            self.sort.resize_with(at + 1, SortRow::default);
        }
        match part {
            "field" => value.clone_into(&mut self.sort[at].field),
            "dir" => value.clone_into(&mut self.sort[at].dir),
            _ => return false,
        }
        true
    }
}

impl SortRow {
    fn to_json(&self) -> Option<Value> {
        let dir = if self.dir == "desc" { "desc" } else { "asc" };
        (!self.field.is_empty()).then(|| json!({"field": self.field, "dir": dir}))
    }
}

/// Name of an output field, as in `filter[output][limit]`.
pub fn output_name(part: &str) -> String {
    format!("filter[output][{part}]")
}

/// Name of a part of a sort key, as in `filter[output][sort][0][field]`.
pub fn sort_name(at: usize, part: &str) -> String {
    format!("filter[output][sort][{at}][{part}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_go_there_and_back() {
        let json = json!({"sort": [{"field": "added_at", "dir": "desc"}, {"field": "title", "dir": "asc"}],
            "limit": {"minutes": 90}, "max_per_artist": 3, "dedupe": "isrc_then_name"});
        let output = Output::parse(&json).unwrap();
        let form = OutputForm::from_output(&output);
        assert_eq!(form.to_json(), Some(json));
        let mut read = OutputForm::default();
        for (name, value) in form.to_pairs() {
            assert!(read.set(name.strip_prefix("filter[output][").unwrap(), &value), "{name}");
        }
        assert_eq!(read, form);
        assert!(OutputForm::from_output(&Output::default()).is_plain());
    }

    #[test]
    fn what_is_typed_wrong_stays_for_the_parser() {
        let form = OutputForm { limit: "many".into(), max_per_artist: "0".into(), ..OutputForm::default() };
        let json = form.to_json().unwrap();
        assert_eq!(json, json!({"limit": {"tracks": "many"}, "max_per_artist": 0}));
        assert!(Output::parse(&json).is_err());
    }

    #[test]
    fn far_keys_and_other_names_are_passed_over() {
        let mut form = OutputForm::default();
        for part in ["colour]", "sort][99][field]", "sort][0][colour]", "sort]"] {
            assert!(!form.set(part, "x"), "{part}");
        }
    }
}
