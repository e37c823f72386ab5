//! The tree of a filter: groups of rules, and what is done with the songs that match.

use super::fields::{self, Cost, Field};
use super::json;
use super::operators::Op;
use super::output::Output;
use crate::domain::capability::Capabilities;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeSet;

/// Version of the JSON form.
pub const SCHEMA_VERSION: u8 = 1;

/// How a group joins its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchMode {
    #[default]
    All,
    Any,
    None,
}

/// Rules and groups under one match mode.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    pub mode: MatchMode,
    pub rules: Vec<Node>,
}

/// A group or a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Group(Group),
    Rule(Rule),
}

/// How the items of a list are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemMatch {
    #[default]
    Exact,
    Contains,
    HasWord,
}

/// Which artist counts where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduce {
    #[default]
    Max,
    Min,
    Primary,
}

/// One line: field, operator, value; checked, so that the field knows the operator and the operator the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub field: &'static Field,
    pub op: Op,
    pub value: Option<Value>,
    /// What a missing value decides; `None`: the operator's default.
    pub when_missing: Option<bool>,
    pub item_match: ItemMatch,
    pub reduce: Reduce,
}

/// Everything that decides what a child holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub root: Group,
    /// Said explicitly where there are no rules: every song.
    pub everything: bool,
    pub output: Output,
    /// URIs that enter past the rules.
    pub pins: Vec<String>,
    /// URIs that never enter.
    pub bans: Vec<String>,
}

/// Which metadata a filter needs beyond the playlist items: this is what makes a sync cheap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requirements {
    /// The artists of the songs.
    pub artists: bool,
    /// Popularity of the songs, which drifts by itself.
    pub popularity: bool,
    /// The person's own tags.
    pub tags: bool,
    /// The person's Liked Songs, which may change while the base does not.
    pub liked: bool,
    /// A rule whose result moves with the calendar.
    pub relative_dates: bool,
}

impl Filter {
    /// Takes every song.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// All rules, at any depth.
    pub fn rules(&self) -> Vec<&Rule> {
        let mut found = Vec::new();
        collect(&self.root, &mut found);
        found
    }

    /// What must be fetched to judge it.
    pub fn requirements(&self) -> Requirements {
        let used = self.fields();
        Requirements {
            artists: used.iter().any(|field| field.cost == Cost::Artist),
            popularity: used.iter().any(|field| field.id == "popularity"),
            tags: used.iter().any(|field| field.id == "tag"),
            liked: used.iter().any(|field| field.id == "liked"),
            relative_dates: self.rules().iter().any(|rule| matches!(rule.op, Op::InLast | Op::NotInLast)),
        }
    }

    /// Fields that it sorts by, most important first.
    pub fn sort_fields(&self) -> Vec<&'static Field> {
        self.output.sort.iter().filter_map(|key| fields::find(&key.field)).collect()
    }

    /// Ids of the playlists that its rules name, each once.
    pub fn named_playlists(&self) -> BTreeSet<&str> {
        let rules = self.rules().into_iter().filter(|rule| rule.field.id == "in_playlist");
        rules.filter_map(|rule| rule.value.as_ref()?.as_array()).flatten().filter_map(Value::as_str).collect()
    }

    /// Where its rules first name a playlist, as in `/rules/0/value/1`.
    pub fn pointer_of_playlist(&self, id: &str) -> Option<String> {
        pointer_in(&self.root, "", id)
    }

    /// Fields of its rules and sort keys, each once.
    pub fn fields(&self) -> Vec<&'static Field> {
        let mut used: Vec<&'static Field> = Vec::new();
        for field in self.rules().into_iter().map(|rule| rule.field).chain(self.sort_fields()) {
            if !used.contains(&field) {
                used.push(field);
            }
        }
        used
    }

    /// Fields of its rules and sort keys that Spotify withholds from this app.
    pub fn withheld_fields(&self, capabilities: &Capabilities) -> Vec<&'static Field> {
        self.fields().into_iter().filter(|field| field.is_withheld(capabilities)).collect()
    }
}

fn pointer_in(group: &Group, pointer: &str, id: &str) -> Option<String> {
    group.rules.iter().enumerate().find_map(|(at, node)| {
        let here = format!("{pointer}/rules/{at}");
        match node {
            Node::Group(group) => pointer_in(group, &here, id),
            Node::Rule(rule) if rule.field.id == "in_playlist" => {
                let at = rule.value.as_ref()?.as_array()?.iter().position(|item| item == id)?;
                Some(format!("{here}/value/{at}"))
            }
            Node::Rule(_) => None,
        }
    })
}

fn collect<'a>(group: &'a Group, found: &mut Vec<&'a Rule>) {
    for node in &group.rules {
        match node {
            Node::Group(group) => collect(group, found),
            Node::Rule(rule) => found.push(rule),
        }
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::write(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        json::parse(&value).map_err(|faults| {
            let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
            D::Error::custom(words.join("; "))
        })
    }
}
